import { type Allocation, apportion } from '@snnx/ir'

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1)
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

/**
 * How many weights each layer loses, `removed` in all. Every layer keeps at least one, if there are that many to keep.
 *
 *     layerwise   each keeps the same share
 *     erk         the share grows as the layer gets smaller: Erdos-Renyi-Kernel (Evci et al., RigL, ICML 2020), see below
 *
 * @param shapes of the layers' weights, `[outputs, inputs, ...]`
 */
export function allocate(shapes: readonly (readonly number[])[], removed: number, allocation: Allocation): number[] {
  const sizes = shapes.map(product)
  const kept = sum(sizes) - removed
  const densities = allocation === 'erk' ? solveErk(shapes, kept) : sizes.map(() => kept / sum(sizes))
  const parts = apportion(
    removed,
    sizes.map((size, layer) => size * (1 - densities[layer]!)),
  )
  return kept >= sizes.length ? spareOne(parts, sizes) : parts
}

/**
 * density_l = e (sum of the dimensions) / (product of the dimensions), e such that K weights are kept; a layer that this
 * makes denser than 1 keeps all, and e is solved again for the others.
 */
function solveErk(shapes: readonly (readonly number[])[], kept: number): number[] {
  const sizes = shapes.map(product)
  const full = new Set<number>()
  for (;;) {
    const others = [...shapes.keys()].filter((layer) => !full.has(layer))
    const left = kept - sum([...full].map((layer) => sizes[layer]!))
    const scale = left / sum(others.map((layer) => sum(shapes[layer]!)))
    const densities = shapes.map((shape, layer) => (full.has(layer) ? 1 : (scale * sum(shape)) / sizes[layer]!))
    const crowded = densities.findIndex((density, layer) => density > 1 && !full.has(layer))
    if (crowded < 0) return densities
    for (const [layer, density] of densities.entries()) if (density > 1) full.add(layer)
  }
}

/** Gives every emptied layer one weight of the layer that keeps most. */
function spareOne(removed: readonly number[], sizes: readonly number[]): number[] {
  const spared = [...removed]
  for (const [layer, size] of sizes.entries()) {
    if (spared[layer]! < size) continue
    const kept = spared.map((count, of) => sizes[of]! - count)
    spared[kept.indexOf(Math.max(...kept))]!++
    spared[layer]!--
  }
  return spared
}
