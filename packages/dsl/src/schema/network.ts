import { DEFAULTS } from './defaults.ts'
import {
  type BlockRule,
  choice,
  extent,
  flag,
  layers,
  plain,
  probability,
  seconds,
  type Variant,
  whole,
} from './type.ts'

export const network: BlockRule = {
  doc: 'The layers, and how many steps they run. A network can be built on another and replaces what it names, and it can be a layer of another; the one that no other uses is what the experiment trains.',
  required: true,
  many: true,
  nameNeeded: false,
  baseNeeded: false,
  derives: true,
  bases: {},
  keys: {
    steps: { type: whole({ min: 1, max: 1000 }), default: DEFAULTS.network.steps, doc: 'time steps of one inference' },
    dt: { type: seconds({ above: 0 }), optional: true, doc: 'length of a step; needed where a time is in seconds' },
    layers: {
      type: layers,
      doc: 'the layers in the order of the data: `a -> b -> c`; names of neurons and networks are layers too',
    },
  },
}

/** A layer with its parameters; one that `holds` layers is followed by them in braces. */
export interface LayerRule extends Variant {
  holds?: true
}

const { kernel, epsilon, momentum } = DEFAULTS.network
const outputs = (doc: string) => ({ type: whole({ min: 1, max: 1_000_000 }), doc })
const bias = { type: flag, default: false, doc: 'whether each output adds a learned constant' }
const window = { min: 1, max: 1000 }
const padded = extent({ min: 0, max: 1000 })
const pool = (doc: string, around: string): LayerRule => ({
  doc,
  positional: 1,
  parameters: {
    size: { type: extent(window), doc: 'of the window' },
    stride: { type: extent(window), optional: true, doc: 'from window to window; without it `size`' },
    padding: { type: padded, default: 0, doc: `${around} around the image` },
  },
})

/** The layers of the language; the names of neurons and networks come on top. */
export const LAYERS: Readonly<Record<string, LayerRule>> = {
  flatten: { doc: 'makes a vector of an image', parameters: {} },
  linear: {
    doc: 'every input to every output; named `linear1`, `linear2`, ...',
    positional: 1,
    parameters: { features: outputs('outputs'), bias },
  },
  conv: {
    doc: 'a convolution with a square kernel; named `conv1`, `conv2`, ...',
    positional: 1,
    parameters: {
      channels: outputs('output channels'),
      kernel: { type: extent(window), default: kernel, doc: 'height and width' },
      stride: { type: extent(window), default: 1, doc: 'from position to position' },
      padding: { type: padded, optional: true, doc: 'zeros around the image; without it (kernel - 1) / 2' },
      bias,
    },
  },
  norm: {
    doc: 'batch norm of each channel; named `norm1`, `norm2`, ...',
    parameters: {
      epsilon: { type: plain({ above: 0 }), default: epsilon, doc: 'added to the variance' },
      momentum: {
        type: plain({ above: 0, max: 1 }),
        default: momentum,
        doc: 'share of the running statistics that is new',
      },
    },
  },
  max_pool: pool('the largest value of each window', 'places that are never the largest'),
  avg_pool: pool('the mean of each window', 'zeros'),
  global_pool: { doc: 'the mean of the whole image, one value a channel', parameters: {} },
  dropout: {
    doc: 'drops values at random in training, the same ones at every step',
    positional: 1,
    parameters: { probability: { type: probability({ min: 0, below: 1 }), doc: 'of each value to be dropped' } },
  },
  vote: {
    doc: 'read-out: the mean over each group of neighbouring outputs, one group a class',
    positional: 1,
    parameters: { classes: outputs('groups') },
  },
  rate: { doc: 'read-out: the mean over all steps', parameters: {} },
  repeat: {
    doc: 'the layers in braces, several times in a row: `repeat(3) { a -> b }`',
    positional: 1,
    parameters: { times: { type: whole(window), doc: 'how often' } },
    holds: true,
  },
  residual: {
    doc: 'the layers in braces beside a shortcut, joined: `residual(add) { a -> b } shortcut { c }`; without `shortcut` the input itself',
    positional: 1,
    parameters: { join: { type: choice({ add: 'the sum' }), doc: 'how the two meet' } },
    holds: true,
  },
}
