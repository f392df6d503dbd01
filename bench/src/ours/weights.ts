import { listParameters, type NetworkWeights } from '@snnx/core'
import { count, createRandom, type Network } from '@snnx/ir'

/** Half the width of the uniform distribution: that of PyTorch's default for 256 channels, 1 / sqrt(9 x 256). */
const BOUND = 1 / 48

/**
 * First weights with one distribution for all layers: a selection over the whole network leaves every layer about the same
 * connectivity, as the peer's mask does. The scale itself does not matter, since thresholds are set to it.
 */
export function drawWeights(network: Network): NetworkWeights {
  const values = listParameters(network).map(({ name, kind, shape }): [string, Float32Array] => {
    const held = new Float32Array(count(shape))
    if (kind === 'weight') {
      const random = createRandom(0, 'bench', name)
      for (let index = 0; index < held.length; index++) held[index] = (2 * random.uniform() - 1) * BOUND
    }
    if (kind === 'scale' || name.endsWith('.variance')) held.fill(1)
    return [name, held]
  })
  return { values: new Map(values), masks: new Map() }
}
