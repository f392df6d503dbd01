import { tensor } from '@tensorflow/tfjs-core'
import { readValues, replaceTensor, type Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'

/** The numbers of one of a strategy's own tensors, such as `theta` of `linear1.weight`. */
export function readAuxiliary({ auxiliary }: Trainee, role: string, name: string): Float32Array {
  return readValues(auxiliary.get(`${role}/${name}`)!)
}

/** Gives one of a strategy's own tensors new numbers, in the shape of the weights it belongs to. */
export function writeAuxiliary(trainee: Trainee, role: string, name: string, values: Float32Array): void {
  const { shape } = trainee.parameters.get(name)!
  replaceTensor(trainee.auxiliary, `${role}/${name}`, tensor(values, shape))
}

/** One role's tensors under the names of the weights they belong to. */
export function listAuxiliary({ auxiliary }: Trainee, role: string, names: readonly string[]): Tensors {
  return new Map(names.map((name) => [name, auxiliary.get(`${role}/${name}`)!]))
}

/** Gives weights new numbers. */
export function writeWeights({ parameters }: Trainee, name: string, values: Float32Array): void {
  replaceTensor(parameters, name, tensor(values, parameters.get(name)!.shape))
}
