import type { Method } from './compress.ts'
import { costNetwork } from './cost.ts'
import { factsOf } from './dataset.ts'
import type { Job } from './job.ts'
import type { Network } from './network.ts'
import { count, inferFlow, shapeOfBatch } from './shape.ts'

/** Examples simulated at once where no gradient is needed: this many, or fewer where a layer would exceed `ELEMENTS`. */
const BATCH = 256
const ELEMENTS = 1 << 24

/** How many examples of this network are simulated at once where no gradient is needed. */
export function evaluationBatch(network: Network): number {
  const outputs = inferFlow(network).flows.map(({ output }) => count(output) * network.steps)
  const largest = Math.max(...outputs, count(shapeOfBatch(network, 1)))
  return Math.max(1, Math.min(BATCH, Math.floor(ELEMENTS / largest)))
}

/** What a worker takes before it has read anything: Node, tfjs and its wasm, measured. */
const RUNTIME_BYTES = 150e6

/** Bytes that a pixel of a frame takes on average, packed: measured, 0.17 on N-MNIST and 0.24 on DVS128 Gesture in 10 frames. */
const PACKED = 0.25

/** Tensors of the size of the weights that a method keeps beside the optimiser's. */
const AUXILIARY: Partial<Record<Method, number>> = { stds: 1, grad_r: 2, admm: 2, rigl: 1, upr: 5 }

/**
 * The bytes a job's worker takes at its peak, estimated: the runtime; the data set's bytes (of recordings, their frames
 * packed; where images are read on demand, four batches); a batch's inputs twice; per parameter its two moments, gradient,
 * mask, best and effective copies, the method's own, and twice the checkpoint being encoded; per layer of neurons input,
 * spikes, membrane and two gradients over all steps in training, or input and spikes of a larger batch in evaluation.
 */
export function estimateMemory({ network, dataset, compress }: Job): number {
  const { train, test, shape } = factsOf(dataset)
  const { parameters } = costNetwork(network)
  const copies = compress ? 7 + (AUXILIARY[compress.method] ?? 0) : 5
  const checkpoint = copies - 1
  const { flows } = inferFlow(network)
  const evaluated = evaluationBatch(network)
  const perExample = (constant: number, changing: number) =>
    flows.reduce((sum, { layer, output, constantInput }) => {
      if (layer.kind !== 'neuron') return sum
      return sum + (constantInput ? constant : changing) * count(output) * network.steps
    }, 0)
  const input = 2 * count(shapeOfBatch(network, 1))
  const training = dataset.batch * (perExample(3, 5) + input)
  const activations = Math.max(training, evaluated * (perExample(2, 3) + input))
  const largest = Math.max(dataset.batch, evaluated)
  const examples = train === undefined || test === undefined ? 4 * largest : train + test
  const data = examples * count(shape) * ('frames' in dataset ? PACKED * dataset.frames : 1)
  return RUNTIME_BYTES + data + 4 * ((copies + 2 * checkpoint) * parameters + activations)
}
