import { costNetwork, inferFlow, type Network } from '@snnx/ir'

/** The widths of a network's layers, such as `784-800-10`. */
export function describeWidths(network: Network): string {
  const { flows } = inferFlow(network)
  const widths = flows.flatMap(({ layer }) => (layer.kind === 'linear' ? [layer.features] : []))
  const inputs = network.input.reduce((product, size) => product * size, 1)
  return [inputs, ...widths].join('-')
}

/** A network's neurons in words, each kind once: `LIF, tau 2, zero reset`. */
export function describeNeurons(network: Network): string {
  const kinds = network.layers.flatMap((layer) => {
    if (layer.kind !== 'neuron') return []
    const { model, tau, threshold, reset, surrogate } = layer.neuron
    const decay = model === 'if' ? '' : `, τ ${tau}`
    return [
      `${model.toUpperCase()}${decay}, threshold ${threshold}, reset ${reset}, ${surrogate.kind} α ${surrogate.alpha}`,
    ]
  })
  return [...new Set(kinds)].join('; ')
}

/** How many connections a network has. */
export function countWeights(network: Network): number {
  return costNetwork(network).weights
}
