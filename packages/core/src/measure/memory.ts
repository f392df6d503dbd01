import { costNetwork, count, inferFlow, type Job } from '@snnx/ir'

/**
 * The bytes a job's tensors take at their peak, estimated from shapes: parameters with two moments, gradient, mask, best
 * and effective copy (float32), and per layer of neurons input, spikes, membrane and two gradients over all steps.
 */
export function estimateMemory({ network, dataset, compress }: Job): number {
  const copies = compress ? 7 : 5
  const activations = inferFlow(network).flows.reduce((sum, { layer, output, constantInput }) => {
    if (layer.kind === 'neuron') return sum + (constantInput ? 3 : 5) * count(output) * network.steps
    return layer.kind === 'linear' ? sum + count(output) * (constantInput ? 2 : 2 * network.steps) : sum
  }, 0)
  return 4 * (copies * costNetwork(network).parameters + dataset.batch * activations)
}
