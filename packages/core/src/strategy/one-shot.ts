import { createRandom, shuffle } from '@snnx/ir'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { Trainee } from '../trainee.ts'
import { replaceMasks, selectBottom } from './selection.ts'
import type { NodeContext, Strategy, Trace } from './strategy.ts'

const SILENT: Trace = { s: null, y: null, z: null, energy: null }

/** Global magnitude: keeps the K largest |w| of all layers taken together. */
export function magnitude(): Strategy {
  return oneShot(({ parameters }, { names, goal }) => selectBottom(parameters, names, goal.target).masks)
}

/** Layer-wise magnitude: each layer keeps its share of K (largest remainders first) of its own largest |w|. */
export function layerMagnitude(): Strategy {
  return oneShot(({ parameters }, { names, goal }) => {
    const removed = apportion(
      goal.target,
      names.map((name) => parameters.get(name)!.size),
    )
    return new Map(names.flatMap((name, index) => [...selectBottom(parameters, [name], removed[index]!).masks]))
  })
}

/** Random: keeps K weights drawn uniformly over all layers, whatever their values. */
export function random(): Strategy {
  return oneShot(({ parameters }, { names, goal, seed, node }) => {
    const order = shuffle(
      Int32Array.from({ length: goal.total }, (_, index) => index),
      createRandom(seed, 'prune', node),
    )
    const kept = new Float32Array(goal.total).fill(1)
    for (const index of order.subarray(0, goal.target)) kept[index] = 0
    let from = 0
    return new Map(
      names.map((name): [string, Tensor] => {
        const { shape, size } = parameters.get(name)!
        const values = kept.slice(from, from + size)
        from += size
        return [name, tensor(values, shape)]
      }),
    )
  })
}

/** Splits `whole` in proportion to `sizes` by largest remainders, the first layer winning ties. */
export function apportion(whole: number, sizes: readonly number[]): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const exact = sizes.map((size) => (whole * size) / total)
  const parts = exact.map(Math.floor)
  const byRemainder = exact
    .map((_, index) => index)
    .sort((a, b) => exact[b]! - parts[b]! - (exact[a]! - parts[a]!) || a - b)
  const missing = whole - parts.reduce((sum, part) => sum + part, 0)
  for (const index of byRemainder.slice(0, missing)) parts[index]!++
  return parts
}

function oneShot(choose: (trainee: Trainee, context: NodeContext) => Map<string, Tensor>): Strategy {
  return {
    oneShot: true,
    begin(trainee, context) {
      replaceMasks(trainee, choose(trainee, context), true)
      return {}
    },
    afterStep: () => SILENT,
    finish() {},
  }
}
