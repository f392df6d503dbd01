import type { BACKENDS } from '@snnx/ir'
import { DEFAULTS } from './defaults.ts'
import { type BlockRule, choice, epochs, path, plain, variant } from './type.ts'

const { lr, momentum, beta1, beta2, epsilon, warmup } = DEFAULTS.train
const rate = (value: number) => ({ type: plain({ above: 0, max: 10 }), default: value, doc: 'learning rate' })
const BACKEND_DOCS = {
  auto: 'the fastest that is there',
  native: 'our own kernels',
  tensorflow: 'the TensorFlow library',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript, always there',
} satisfies Record<(typeof BACKENDS)[number], string>

export const train: BlockRule = {
  doc: 'How the dense network is trained; compression uses the same loss, optimiser and schedule at each node.',
  required: true,
  many: false,
  nameNeeded: false,
  baseNeeded: false,
  derives: false,
  bases: null,
  keys: {
    loss: {
      type: choice({ mse: 'squared distance to the one-hot label', cross_entropy: 'of the softmax' }),
      default: 'mse',
      doc: 'what is minimised, on the read-out',
    },
    optimizer: {
      type: variant({
        adam: {
          doc: 'Adam',
          parameters: {
            lr: rate(lr.adam),
            beta1: { type: plain({ min: 0, below: 1 }), default: beta1, doc: 'decay of the mean' },
            beta2: { type: plain({ min: 0, below: 1 }), default: beta2, doc: 'decay of the mean square' },
            epsilon: { type: plain({ above: 0 }), default: epsilon, doc: 'keeps the quotient finite' },
          },
        },
        sgd: {
          doc: 'gradient descent',
          parameters: {
            lr: rate(lr.sgd),
            momentum: { type: plain({ min: 0, below: 1 }), default: momentum, doc: 'share of the last step kept' },
          },
        },
      }),
      default: { kind: 'adam', lr: lr.adam, beta1, beta2, epsilon },
      doc: 'how the weights move',
    },
    schedule: {
      type: variant({
        cosine: {
          doc: 'falls to zero as half a cosine',
          parameters: { warmup: { type: epochs({ min: 0 }), default: warmup, doc: 'linear rise before' } },
        },
        constant: { doc: 'stays', parameters: {} },
      }),
      default: { kind: 'cosine', warmup },
      doc: 'how the learning rate changes',
    },
    duration: {
      type: epochs({ min: 0, whole: true, max: 100_000 }),
      doc: 'how long the dense network is trained; 0 only with `start`, whose network is then measured as it is',
    },
    start: {
      type: variant({
        file: {
          doc: 'the tensors of a safetensors file beside the spec, by order and shape',
          positional: 1,
          parameters: { path: { type: path('.safetensors', 'weights.safetensors'), doc: 'of the file' } },
        },
      }),
      optional: true,
      doc: 'what the dense network starts from; without it random weights, by the seed',
    },
    backend: { type: choice(BACKEND_DOCS), default: 'auto', doc: 'the engine that computes' },
  },
}
