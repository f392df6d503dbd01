import { DEFAULTS } from './defaults.ts'
import { type BlockRule, flag, layers, seconds, type Variant, whole } from './type.ts'

export const network: BlockRule = {
  doc: 'The layers, and how many steps they run. A network can be built on another and replaces what it names.',
  required: true,
  many: false,
  nameNeeded: false,
  baseNeeded: false,
  derives: true,
  bases: {},
  keys: {
    steps: { type: whole({ min: 1, max: 1000 }), default: DEFAULTS.network.steps, doc: 'time steps of one inference' },
    dt: { type: seconds({ above: 0 }), optional: true, doc: 'length of a step; needed where a time is in seconds' },
    layers: {
      type: layers,
      doc: 'the layers in the order of the data: `a -> b -> c`; names of neurons are layers too',
    },
  },
}

/** The layers of the language; the names of neurons come on top. */
export const LAYERS: Readonly<Record<string, Variant>> = {
  flatten: { doc: 'makes a vector of an image', parameters: {} },
  linear: {
    doc: 'every input to every output; named `linear1`, `linear2`, ...',
    positional: 1,
    parameters: {
      features: { type: whole({ min: 1, max: 1_000_000 }), doc: 'outputs' },
      bias: { type: flag, default: false, doc: 'whether each output adds a learned constant' },
    },
  },
  rate: { doc: 'read-out: the mean over all steps', parameters: {} },
}

/** Layers that later versions have. */
export const LATER_LAYERS: readonly string[] = [
  'repeat',
  'residual',
  'conv',
  'max_pool',
  'avg_pool',
  'batch_norm',
  'dropout',
  'voting',
]
