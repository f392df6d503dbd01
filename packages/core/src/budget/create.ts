import {
  type Bound,
  COUNTED,
  type Compress,
  costDense,
  costLayers,
  ENERGY_MODELS,
  type EnergyModel,
  listPrunable,
  modelCost,
  type Network,
  picojoulePer,
  type Resource,
} from '@snnx/ir'
import { countKept, sumKept } from '../measure/kept.ts'
import { readValues, type Tensors } from '../parameters.ts'
import type { Stage } from '../stage.ts'
import type { Budget } from './budget.ts'
import { latencySlope, readLatency } from './latency.ts'
import { readMeasures } from './measures.ts'
import { meanOf } from './price.ts'

/** How far below the limit masks aim, where what is measured varies: from data to data, from call to call. */
const MARGIN: Partial<Record<Resource, number>> = { synops: 0.015, energy: 0.015, latency: 0.06, size: 0.002 }

/**
 * What masks may take beyond the margin when fine-tuning begins, as a share of the limit: with their masks fixed and smaller
 * steps networks grow quieter, by 1 to 8 % (decision 0010).
 */
const SLACK = 0.06

/** The slack of budgets that are counted: gone when half of the fine-tuning is over, and none where that is short. */
export function slackAt(
  { steps, spanSteps }: Pick<Stage, 'steps' | 'spanSteps'>,
  step: number,
  stepsPerEpoch: number,
): number {
  const finetuning = steps - spanSteps
  if (finetuning < 2 * stepsPerEpoch) return 0
  return SLACK * Math.max(0, 1 - (2 * Math.max(0, step - spanSteps)) / finetuning)
}

/** The bounds that are optimised, and what the model was found to be off by. */
export interface BudgetTerms {
  /** What the dense network takes of each resource: of what bounds in per cent are. */
  dense: Partial<Record<Resource, number>>
  /** Measured over modelled, where both are known. */
  ratio: Partial<Record<Resource, number>>
}

/** The limit that a bound sets at a node, in base units; `null` where it sets none. */
export function limitAt({ resource, of, limits }: Bound, node: number, { dense }: BudgetTerms): number | null {
  const limit = limits[node] ?? null
  return limit === null || of === 'amount' ? limit : limit * dense[resource]!
}

/** What an operation costs in this compression. */
export function energyModelOf({ energy }: Compress): EnergyModel {
  return ENERGY_MODELS[energy ?? 'fp32']
}

/**
 * The budget of one resource with this limit, from shapes and from what was measured last.
 *
 * @param slack see `slackAt`
 */
export function createBudget(
  network: Network,
  compress: Compress,
  resource: Resource,
  limit: number,
  terms: BudgetTerms,
  measures: Tensors,
  slack = 0,
): Budget {
  const ratio = terms.ratio[resource] ?? 1
  const aim = limit * (1 - (MARGIN[resource] ?? 0) + (COUNTED.includes(resource) ? slack : 0))
  const of =
    resource === 'latency' ? timed(network, compress, measures) : counted(network, compress, resource, measures)
  return {
    resource,
    limit,
    aim,
    fixed: of.fixed * ratio,
    energies: listPrunable(network, compress.protect).map(
      ({ name }) => readValues(measures.get(`energy/${name}`)!)[0]!,
    ),
    costs: of.costs.map((costs) => costs.map((cost) => cost * ratio)),
    value: (masks) => of.value(masks) * ratio,
  }
}

type Model = Pick<Budget, 'fixed' | 'costs' | 'value'>

function counted(network: Network, compress: Compress, resource: Resource, measures: Tensors): Model {
  const { fixed, costs } = COUNTED.includes(resource)
    ? reached(network, compress, resource, measures)
    : fromShapes(network, compress, resource)
  const value = (masks: Tensors) =>
    [...masks.values()].reduce((sum, mask, layer) => sum + sumKept(mask, costs[layer]!), fixed)
  return { fixed, costs, value }
}

/** What the dense network takes of SynOps, or of their energy, by what reaches its weights. */
export function costReached(network: Network, compress: Compress, resource: Resource, measures: Tensors): number {
  const { fixed, costs } = reached(network, compress, resource, measures)
  return costDense({ fixed, perWeight: costs.map(meanOf) }, listPrunable(network, compress.protect))
}

function fromShapes(network: Network, compress: Compress, resource: Resource) {
  const { fixed, perWeight } = modelCost(network, compress.protect, resource, energyModelOf(compress))!
  return { fixed, costs: perWeight.map((cost) => Float32Array.of(cost)) }
}

/** SynOps, or their energy: a weight costs what reaches its column. */
function reached(network: Network, compress: Compress, resource: Resource, measures: Tensors) {
  const { uses } = readMeasures(measures)
  const prunable = listPrunable(network, compress.protect).map(({ name }) => name)
  const costs: Float32Array[] = []
  let fixed = 0
  for (const { name, binaryInput, weights } of costLayers(network)) {
    const joules = 1e-12 * picojoulePer(binaryInput ? 'ac' : 'mac', energyModelOf(compress))
    const of = readValues(uses.get(name)!).map((count) => count * (resource === 'energy' ? joules : 1))
    if (prunable.includes(name)) costs.push(of)
    else fixed += meanOf(of) * weights
  }
  return { fixed, costs }
}

/** Latency: of each layer by its density and by what reaches it, from the table of this machine. */
function timed(network: Network, compress: Compress, measures: Tensors): Model {
  const { uses, timedUses, latency } = readMeasures(measures)
  const prunable = listPrunable(network, compress.protect)
  const rateOf = (name: string) => meanOf(readValues(uses.get(name)!)) / (meanOf(readValues(timedUses.get(name)!)) || 1)
  const fixed = costLayers(network).reduce((sum, { name }) => {
    const isPrunable = prunable.some((layer) => layer.name === name)
    return isPrunable ? sum : sum + readLatency(latency!.layers.get(name)!, 1, rateOf(name))
  }, latency!.rest)
  const layers = prunable.map(({ name, weights }) => ({
    table: latency!.layers.get(name)!,
    rate: rateOf(name),
    weights,
    density: measures.get(`density/${name}`) ? readValues(measures.get(`density/${name}`)!)[0]! : 1,
  }))
  return {
    fixed,
    costs: layers.map(({ table, rate, weights, density }) =>
      Float32Array.of(latencySlope(table, density, rate) / weights),
    ),
    value: (masks) =>
      [...masks.values()].reduce((sum, mask, at) => {
        const { table, rate, weights } = layers[at]!
        return sum + readLatency(table, countKept(mask) / weights, rate)
      }, fixed),
  }
}
