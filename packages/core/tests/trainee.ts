import { createRandom } from '@snnx/ir'
import { add, type Tensor, tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { initialiseOptimizer } from '../src/optim/optimizer.ts'
import { disposeTensors } from '../src/parameters.ts'
import type { NodeContext } from '../src/strategy/strategy.ts'
import type { Trainee } from '../src/trainee.ts'

/** A network that is nothing but its weights, one flat layer a list. */
export function traineeOf(layers: Record<string, ArrayLike<number>>): Trainee {
  const parameters = new Map<string, Tensor>(
    Object.entries(layers).map(([name, values]) => [name, tensor(Float32Array.from(values))]),
  )
  return { parameters, optimizer: initialiseOptimizer(parameters), masking: null, auxiliary: new Map() }
}

/** A node that removes `target` of the trainee's weights. */
export function nodeOf(
  trainee: Trainee,
  goal: { start?: number; target: number; steps?: number; travel?: number },
): NodeContext {
  const total = [...trainee.parameters.values()].reduce((sum, { size }) => sum + size, 0)
  return {
    names: [...trainee.parameters.keys()],
    positions: [...trainee.parameters.keys()].map(() => 1),
    goal: { total, start: goal.start ?? 0, target: goal.target, steps: goal.steps ?? 100 },
    budgets: [],
    seed: 0,
    node: 0,
    travel: goal.travel ?? 1,
  }
}

/** All weights, layer after layer. */
export const weightsOf = ({ parameters }: Trainee) => [...parameters.values()].flatMap((held) => [...held.dataSync()])

/** All masks, layer after layer. */
export const maskOf = ({ masking }: Trainee) => [...masking!.masks.values()].flatMap((held) => [...held.dataSync()])

export function disposeTrainee({ parameters, optimizer, masking, auxiliary }: Trainee): void {
  for (const tensors of [parameters, optimizer.moments.first, optimizer.moments.second, masking?.masks, auxiliary])
    disposeTensors(tensors)
}

/** Adds to every weight what `change` says, as an optimiser would. */
export function moveWeights(trainee: Trainee, change: (weights: number[], mask: number[]) => ArrayLike<number>): void {
  for (const [name, held] of trainee.parameters) {
    const mask = trainee.masking!.masks.get(name)!
    const moves = tensor(Float32Array.from(change([...held.dataSync()], [...mask.dataSync()])))
    trainee.parameters.set(name, add(held, moves))
    moves.dispose()
    held.dispose()
  }
}

export const zeros = (mask: readonly number[]) => mask.filter((kept) => kept === 0).length

export const normals = (length: number, seed = 1) => Float32Array.from({ length }, createRandom(seed, 'weights').normal)

/** Two layers of weights with many ties. */
export const layers = fc.record({
  a: fc.array(fc.constantFrom(-1, 0, 0.5, 1, 2, 3), { minLength: 1, maxLength: 30 }),
  b: fc.array(fc.constantFrom(-2, 1, 2), { minLength: 1, maxLength: 30 }),
})
