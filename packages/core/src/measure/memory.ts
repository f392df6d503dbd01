import { costNetwork, count, DATASETS, inferFlow, type Job, type Method } from '@snnx/ir'
import { evaluationBatch } from './score.ts'

/** What a worker takes before it has read anything: Node, tfjs and its wasm, measured. */
const RUNTIME_BYTES = 150e6

/** Tensors of the size of the weights that a method keeps beside the optimiser's. */
const AUXILIARY: Partial<Record<Method, number>> = { stds: 1, grad_r: 2, admm: 2, rigl: 1, upr: 5 }

/**
 * The bytes a job's worker takes at its peak, estimated: the runtime; the data set's bytes; per parameter its two moments,
 * gradient, mask, best and effective copies, the method's own, and twice the checkpoint being encoded; per layer of neurons
 * input, spikes, membrane and two gradients over all steps in training, or input and spikes of a larger batch in evaluation.
 */
export function estimateMemory({ network, dataset, compress }: Job): number {
  const { train, test, shape } = DATASETS[dataset.name]
  const { parameters } = costNetwork(network)
  const copies = compress ? 7 + (AUXILIARY[compress.method] ?? 0) : 5
  const checkpoint = copies - 1
  const perExample = (constant: number, changing: number) =>
    inferFlow(network).flows.reduce((sum, { layer, output, constantInput }) => {
      if (layer.kind !== 'neuron') return sum
      return sum + (constantInput ? constant : changing) * count(output) * network.steps
    }, 0)
  const activations = Math.max(dataset.batch * perExample(3, 5), evaluationBatch(network) * perExample(2, 3))
  return RUNTIME_BYTES + (train + test) * count(shape) + 4 * ((copies + 2 * checkpoint) * parameters + activations)
}
