import { DEFAULTS } from './defaults.ts'
import {
  type BlockRule,
  batches,
  bounds,
  choice,
  device,
  epochs,
  type Keys,
  layer,
  list,
  plain,
  type Rule,
  share,
  type ValueType,
} from './type.ts'

const { span, finetune, interval, rates, drop, pull, rho, price } = DEFAULTS.compress

const allocation = (usual: 'global' | 'erk'): Rule => ({
  type: choice({
    global: 'as chance or size has it, all layers being one',
    layerwise: 'the same share of each',
    erk: 'a larger share of smaller layers',
  }),
  default: usual,
  doc: 'how the remaining connections are divided among the layers',
})
const start = (usual: 'dense' | 'initial'): Rule => ({
  type: choice({
    dense: 'the dense network',
    initial: "the untrained one; it trains for the dense network's epochs too, before what `span` and `finetune` say",
  }),
  default: usual,
  doc: 'what every node starts from',
})
const path: Rule = {
  type: choice({ node: 'a cubic curve for each node', whole: 'one cubic curve, on which the nodes are stops' }),
  default: 'node',
  doc: 'how the number of removed weights grows',
}
const every = (doc: string): Rule => ({ type: batches({ min: 1 }), default: interval, doc })
const dynamic = (moves: string): Keys => ({
  interval: every('between two updates of the connections'),
  drop: { type: share({ above: 0, below: 1 }), default: drop, doc: moves },
  allocation: allocation('erk'),
  start: start('initial'),
})

const ofDense = 'or a share of what the dense network takes'
const bound = (type: ValueType, doc: string): Rule => ({ type, bound: true, optional: true, doc })

/** Bounds of what a network takes; connectivity aside. */
export const RESOURCE_BOUNDS: Keys = {
  parameters: bound(bounds('a count', 'count', 'number', 'share'), `weights, biases and norms that remain, ${ofDense}`),
  size: bound(bounds('a number of bytes', 'bytes', 'share'), `bytes of the weights file, ${ofDense}`),
  memory: bound(bounds('a number of bytes', 'bytes'), 'bytes of the weights and of the state of all neurons; checked'),
  neurons: bound(bounds('a count', 'count', 'number'), 'neurons; checked, for none is removed'),
  synapses: bound(
    bounds('a count', 'count', 'number', 'share'),
    `weights, counted at every position at which they meet an input, ${ofDense}`,
  ),
  flops: bound(
    bounds('a count', 'count', 'number', 'share'),
    `multiply-accumulates of one inference with the surviving weights, ${ofDense}`,
  ),
  synops: bound(
    bounds('a count', 'count', 'number', 'share'),
    `synaptic operations of one inference: spikes that reach surviving weights, measured, ${ofDense}`,
  ),
  energy: bound(bounds('an energy', 'energy', 'share'), `energy of these operations by \`energy_model\`, ${ofDense}`),
  latency: bound(
    bounds('a time', 'seconds', 'share'),
    `time of one inference of one example on this machine, measured, ${ofDense}`,
  ),
}

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
        mask: {
          type: choice({ soft: 'removed weights keep their value and can return', hard: 'they are set to zero' }),
          default: 'soft',
          doc: 'what happens to a removed weight during the span',
        },
        scope: {
          type: choice({
            global: 'all prunable weights of the network',
            layerwise: 'those of a layer; how many each layer loses follows from what it costs',
          }),
          default: 'global',
          doc: 'which weights compete with each other',
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
        interval: every('between two prunings'),
        path,
      },
    },
    ste: {
      doc: 'masks of the smallest weights along a cubic curve, straight-through gradients: minimax without its prices',
      keys: { path },
    },
    stds: { doc: 'STDS: weights shrink by a threshold that grows, and learn on within it', keys: {} },
    grad_r: {
      doc: 'Grad R: weights of fixed sign that a prior pulls below zero, where they learn on',
      keys: {
        pull: {
          type: plain({ min: 0 }),
          default: pull,
          doc: 'strength of the prior; 1 would meet the bound at the end of the span, were there nothing to learn',
        },
      },
    },
    admm: {
      doc: 'ADMM: a penalty draws the weights to the nearest ones that meet the bound',
      keys: {
        rho: { type: plain({ above: 0 }), default: rho, doc: 'weight of the penalty' },
        interval: every('between two projections'),
      },
    },
    upr: {
      doc: 'UPR: every weight has a gate that learns to open or close, and pays for the synapses it carries',
      keys: {
        price: {
          type: plain({ min: 0 }),
          default: price,
          doc: "what open gates pay, in units of the loss's own pull at them",
        },
      },
    },
    iterative: {
      doc: 'lottery tickets: every node cuts the smallest weights, and what is left goes back to where it was',
      keys: {
        rewind: {
          type: choice({ dense: "to the dense network's weights", initial: 'to those before any training' }),
          default: 'dense',
          doc: 'where weights, biases and all else that is learned go back to',
        },
      },
    },
    rigl: {
      doc: 'RigL: sparse from the start, connections move to where the gradient is largest',
      keys: dynamic('share of the connections that move at first; it falls to none by the end of the span'),
    },
    set: {
      doc: 'SET: sparse from the start, connections move to random places',
      keys: dynamic('share of the connections that move at each update'),
    },
    magnitude: {
      doc: 'one-shot: the smallest weights at once',
      keys: { allocation: allocation('global') },
    },
    magnitude_layer: {
      doc: 'one-shot: the smallest weights of each layer (`magnitude` with `allocation = layerwise`)',
      keys: {},
    },
    random: {
      doc: 'one-shot: random weights',
      keys: { allocation: allocation('global'), start: start('dense') },
    },
  },
  keys: {
    connectivity: {
      type: bounds('a share', 'share'),
      bound: true,
      optional: true,
      doc: 'share of the prunable connections that may remain; `then` walks to the next node in the same job',
    },
    ...RESOURCE_BOUNDS,
    fits: {
      type: device,
      optional: true,
      doc: 'a device whose bounds hold at the last node, such as those of `std`',
    },
    energy_model: {
      type: choice({
        fp32: '45 nm: 4.6 pJ a multiply-accumulate, 0.9 pJ an accumulation',
        fp16: '1.5 and 0.4 pJ',
        int8: '0.23 and 0.03 pJ',
        fp32_sram: 'as `fp32`, and 5 pJ to read a weight from SRAM',
      }),
      default: 'fp32',
      doc: 'what an operation costs, where `energy` is bounded',
    },
    span: { type: epochs({ above: 0 }), default: span, doc: 'how long weights are removed at each node' },
    finetune: { type: epochs({ min: 0 }), default: finetune, doc: 'training at each node with its mask fixed' },
    schedule: {
      type: choice({ joint: 'compress and fine-tune at each node in turn', sequential: 'straight to the last node' }),
      default: 'joint',
      doc: 'how the nodes are walked',
    },
    protect: {
      type: list(layer),
      default: [],
      doc: 'layers that are never pruned: `first`, `last`, or names such as `linear1`',
    },
  },
}
