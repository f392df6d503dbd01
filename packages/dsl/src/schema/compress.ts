import { DEFAULTS } from './defaults.ts'
import { type BlockRule, batches, choice, epochs, layer, list, plain, shares } from './type.ts'

const { span, finetune, interval, rates } = DEFAULTS.compress

export const compress: BlockRule = {
  doc: 'What the network must fit into, and the method that makes it fit. Without this block the dense network is trained.',
  required: false,
  many: false,
  nameNeeded: false,
  baseNeeded: true,
  derives: false,
  bases: {
    minimax: {
      doc: 'minimax optimisation over weights, sparsity and the prices of the bounds',
      keys: {
        path: {
          type: choice({ dual: 's descends by its gradient in y and z', cubic: 's follows a cubic curve' }),
          default: 'dual',
          doc: 'how the number of removed weights grows over the span',
        },
        mask: {
          type: choice({ soft: 'removed weights keep their value and can return', hard: 'they are set to zero' }),
          default: 'soft',
          doc: 'what happens to a removed weight during the span',
        },
        s_rate: { type: plain({ above: 0 }), default: rates.s, doc: 'rate of s, the removed weights, per span' },
        y_rate: {
          type: plain({ min: 0 }),
          default: rates.y,
          doc: 'rate of y, the price of the weights that s removes, per span',
        },
        z_rate: { type: plain({ above: 0 }), default: rates.z, doc: 'rate of z, the price of the bound, per span' },
      },
    },
    gradual: {
      doc: "gradual magnitude pruning along Zhu and Gupta's cubic curve",
      keys: {
        interval: { type: batches({ min: 1 }), default: interval, doc: 'between two prunings' },
      },
    },
    magnitude: { doc: 'one-shot: the smallest weights of the whole network at once', keys: {} },
    magnitude_layer: { doc: 'one-shot: the smallest weights of each layer', keys: {} },
    random: { doc: 'one-shot: random weights', keys: {} },
  },
  keys: {
    connectivity: {
      type: shares,
      bound: true,
      doc: 'share of the prunable connections that may remain; `then` walks to the next node in the same job',
    },
    span: { type: epochs({ above: 0 }), default: span, doc: 'how long weights are removed at each node' },
    finetune: { type: epochs({ min: 0 }), default: finetune, doc: 'training at each node with its mask fixed' },
    schedule: {
      type: choice({ joint: 'compress and fine-tune at each node in turn', sequential: 'straight to the last node' }),
      default: 'joint',
      doc: 'how the nodes are walked',
    },
    scope: {
      type: choice({ global: 'all prunable weights of the network' }),
      default: 'global',
      doc: 'which weights compete with each other',
    },
    protect: {
      type: list(layer),
      default: [],
      doc: 'layers that are never pruned: `first`, `last`, or names such as `linear1`',
    },
  },
}

/** Bounds and scopes that later versions have. */
export const LATER_BOUNDS: readonly string[] = [
  'parameters',
  'size',
  'memory',
  'neurons',
  'synapses',
  'flops',
  'synops',
  'energy',
  'latency',
]
export const LATER_CHOICES: Readonly<Record<string, readonly string[]>> = { scope: ['layerwise'] }
