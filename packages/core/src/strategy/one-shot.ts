import { type Allocation, apportion } from '@snnx/ir'
import type { Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { allocate } from './allocation.ts'
import { selectBottom } from './selection.ts'
import type { NodeContext, OneShot } from './strategy.ts'

/** Magnitude: keeps the K largest |w| of all layers taken together, or of each layer by its allocation. */
export function magnitude(allocation?: Allocation): OneShot {
  if (allocation === 'layerwise') return layerMagnitude()
  return {
    kind: 'one-shot',
    cut: (trainee, context) => {
      const { names, goal } = context
      if (!allocation) return selectBottom(trainee.parameters, names, goal.target).masks
      const shapes = names.map((name) => trainee.parameters.get(name)!.shape)
      return cutEach(trainee, context, allocate(shapes, goal.target, allocation))
    },
  }
}

/** Layer-wise magnitude: each layer keeps its share of K (largest remainders first) of its own largest |w|. */
export function layerMagnitude(): OneShot {
  return {
    kind: 'one-shot',
    cut: (trainee, context) => {
      const { names, goal } = context
      const quotas = names.map((name) => (goal.target * trainee.parameters.get(name)!.size) / goal.total)
      return cutEach(trainee, context, apportion(goal.target, quotas))
    },
  }
}

function cutEach({ parameters }: Trainee, { names }: NodeContext, removed: readonly number[]): Tensors {
  return new Map(names.flatMap((name, index) => [...selectBottom(parameters, [name], removed[index]!).masks]))
}
