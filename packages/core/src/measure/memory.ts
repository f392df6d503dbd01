import { costNetwork, count, factsOf, inferFlow, type Job } from '@snnx/ir'
import { evaluationBatch } from './score.ts'

/** What a worker takes before it has read anything: Node, tfjs and its wasm, measured. */
const RUNTIME_BYTES = 150e6

/**
 * The bytes a job's worker takes at its peak, estimated: the runtime; the data set's bytes, or four batches where images are read on demand; per parameter its two moments,
 * gradient, mask, best and effective copies, and twice the checkpoint being encoded; per layer of neurons input, spikes,
 * membrane and two gradients over all steps in training, or input and spikes of a larger batch in evaluation.
 */
export function estimateMemory({ network, dataset, compress }: Job): number {
  const { train, test, shape } = factsOf(dataset)
  const { parameters } = costNetwork(network)
  const copies = compress ? 7 : 5
  const checkpoint = copies - 1
  const perExample = (constant: number, changing: number) =>
    inferFlow(network).flows.reduce((sum, { layer, output, constantInput }) => {
      if (layer.kind !== 'neuron') return sum
      return sum + (constantInput ? constant : changing) * count(output) * network.steps
    }, 0)
  const activations = Math.max(dataset.batch * perExample(3, 5), evaluationBatch(network) * perExample(2, 3))
  const largest = Math.max(dataset.batch, evaluationBatch(network))
  const examples = train === undefined || test === undefined ? 4 * largest : train + test
  return RUNTIME_BYTES + examples * count(shape) + 4 * ((copies + 2 * checkpoint) * parameters + activations)
}
