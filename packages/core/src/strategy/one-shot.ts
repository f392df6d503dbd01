import { apportion, createRandom, shuffle } from '@snnx/ir'
import type { Tensor } from '@tensorflow/tfjs-core'
import { makeMask } from '../mask.ts'
import { selectBottom } from './selection.ts'
import type { OneShot } from './strategy.ts'

/** Global magnitude: keeps the K largest |w| of all layers taken together. */
export function magnitude(): OneShot {
  return {
    kind: 'one-shot',
    cut: ({ parameters }, { names, goal }) => selectBottom(parameters, names, goal.target).masks,
  }
}

/** Layer-wise magnitude: each layer keeps its share of K (largest remainders first) of its own largest |w|. */
export function layerMagnitude(): OneShot {
  return {
    kind: 'one-shot',
    cut: ({ parameters }, { names, goal }) => {
      const quotas = names.map((name) => (goal.target * parameters.get(name)!.size) / goal.total)
      const removed = apportion(goal.target, quotas)
      return new Map(names.flatMap((name, index) => [...selectBottom(parameters, [name], removed[index]!).masks]))
    },
  }
}

/** Random: keeps K weights drawn uniformly over all layers, whatever their values. */
export function random(): OneShot {
  return {
    kind: 'one-shot',
    cut: ({ parameters }, { names, goal, seed, node }) => {
      const order = shuffle(
        Int32Array.from({ length: goal.total }, (_, index) => index),
        createRandom(seed, 'prune', node),
      )
      const kept = new Uint8Array(goal.total).fill(1)
      for (const index of order.subarray(0, goal.target)) kept[index] = 0
      let from = 0
      return new Map(
        names.map((name): [string, Tensor] => {
          const { shape, size } = parameters.get(name)!
          from += size
          return [name, makeMask(kept.subarray(from - size, from), shape)]
        }),
      )
    },
  }
}
