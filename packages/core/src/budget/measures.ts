import { tensor, tensor1d } from '@tensorflow/tfjs-core'
import type { Uses } from '../measure/inputs.ts'
import { countKept, readMask } from '../measure/kept.ts'
import { readValues, replaceTensor, type Tensors } from '../parameters.ts'
import type { Model } from '../simulate.ts'
import type { LatencyTable } from './latency.ts'

/**
 * What budgets know of data and of the machine, as tensors that a checkpoint holds: `uses/LAYER`, how often a weight of each
 * column is reached in one inference; `timed/LAYER`, the same when the layer was timed; `latency/LAYER` and `rest/network`,
 * its table; `density/LAYER` and `energy/LAYER`, the share of its weights and the energy that it
 * has now.
 */
export interface Measures {
  uses: Tensors
  timedUses: Tensors
  latency: LatencyTable | null
}

/** What the tensors say. */
export function readMeasures(measures: Tensors): Measures {
  const of = (kind: string): Tensors =>
    new Map(
      [...measures].flatMap(([name, held]) =>
        name.startsWith(`${kind}/`) ? [[name.slice(kind.length + 1), held]] : [],
      ),
    )
  const rest = measures.get('rest/network')
  const layers = new Map([...of('latency')].map(([name, held]) => [name, readValues(held)] as const))
  return { uses: of('uses'), timedUses: of('timed'), latency: rest ? { rest: readValues(rest)[0]!, layers } : null }
}

/** Puts what was counted over `samples` examples in the place of the uses there are, or lets them follow it by `share`. */
export function followUses(measures: Tensors, uses: Uses, samples: number, share = 1): void {
  for (const [layer, counts] of uses) {
    const before = measures.get(`uses/${layer}`)
    const old = before && share < 1 ? readValues(before) : null
    const next = Float32Array.from(counts, (count, column) => {
      const mean = count / samples
      return old ? old[column]! + share * (mean - old[column]!) : mean
    })
    replaceTensor(measures, `uses/${layer}`, tensor1d(next))
  }
}

/** Keeps a table, and what reached the layers when it was made. */
export function storeLatency(measures: Tensors, { rest, layers }: LatencyTable): void {
  replaceTensor(measures, 'rest/network', tensor1d([rest]))
  for (const [layer, table] of layers) {
    replaceTensor(measures, `latency/${layer}`, tensor(table, [table.length]))
    replaceTensor(measures, `timed/${layer}`, measures.get(`uses/${layer}`)!.clone())
  }
}

/** What a layer has left is never taken to be less than this share of all its energy, so that an emptied one is not priceless. */
const LEAST = 1e-3

/**
 * Takes down what each layer has left of its weights, and lets the energy that it has left follow by `share`, in logarithms: at
 * once, layers would change places at every selection.
 */
export function followEnergies(
  measures: Tensors,
  { parameters, masking }: Model,
  names: readonly string[],
  share = 1,
): void {
  for (const name of names) {
    const layer = name.slice(0, -'.weight'.length)
    const weight = parameters.get(name)!
    const mask = masking?.masks.get(name)
    const values = readValues(weight)
    const marks = mask ? readMask(mask) : null
    let [energy, whole] = [0, 0]
    for (let index = 0; index < values.length; index++) {
      const square = values[index]! * values[index]!
      whole += square
      if (!marks || marks[index]) energy += square
    }
    const found = Math.max(energy, LEAST * whole)
    const before = measures.get(`energy/${layer}`)
    const old = before ? readValues(before)[0]! : found
    const next = old > 0 && found > 0 ? old * (found / old) ** share : found
    replaceTensor(measures, `energy/${layer}`, tensor1d([next]))
    replaceTensor(measures, `density/${layer}`, tensor1d([mask ? countKept(mask) / mask.size : 1]))
  }
}
