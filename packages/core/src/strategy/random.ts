import { type Allocation, createRandom, shuffle } from '@snnx/ir'
import type { Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { allocate } from './allocation.ts'
import { maskIndices } from './selection.ts'
import type { NodeContext, OneShot } from './strategy.ts'

/**
 * Random: keeps K weights drawn uniformly, whatever their values; over all layers, or within each by its allocation. The
 * lower bound for every choice of weights.
 */
export function random(allocation?: Allocation): OneShot {
  return { kind: 'one-shot', cut: (trainee, context) => drawMasks(trainee, context, allocation) }
}

/** Random masks with exactly `goal.target` zeros, which do not depend on the weights' values. */
export function drawMasks(
  { parameters }: Trainee,
  { names, goal, seed, node }: NodeContext,
  allocation: Allocation | undefined,
): Tensors {
  if (!allocation) {
    return maskIndices(parameters, names, shuffled(goal.total, 0, seed, 'prune', node).subarray(0, goal.target))
  }
  const shapes = names.map((name) => parameters.get(name)!.shape)
  const removed = allocate(shapes, goal.target, allocation)
  let from = 0
  const indices = names.flatMap((name, layer) => {
    const { size } = parameters.get(name)!
    const drawn = shuffled(size, from, seed, 'prune', node, name).subarray(0, removed[layer]!)
    from += size
    return [...drawn]
  })
  return maskIndices(parameters, names, Int32Array.from(indices))
}

/** The `size` indices from `from` on, in random order. */
function shuffled(size: number, from: number, seed: number, ...stream: (string | number)[]): Int32Array {
  return shuffle(
    Int32Array.from({ length: size }, (_, index) => from + index),
    createRandom(seed, ...stream),
  )
}
