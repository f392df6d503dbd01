import {
  type Bound,
  CHECKED,
  costDense,
  costLayers,
  ENERGY_MODELS,
  type EnergyName,
  listPrunable,
  MEASURED,
  modelCost,
  type Network,
  picojoulePer,
  RESOURCES,
  type Resource,
} from '@snnx/ir'
import type { Report } from '../check/report.ts'
import type { Limit } from '../check/value.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import type { Settled } from './settle.ts'

/** The nodes of a compression: connectivity at each, and the bounds of other resources. */
export interface Nodes {
  connectivity: number[]
  bounds: Bound[]
}

/** A bound that a job's network cannot meet, whatever is pruned; `sure`, or only if all that can fire fires. */
export interface Infeasible {
  resource: Resource
  span: Span
  limit: number
  least: number
  /** Layers that are protected, or else the network itself. */
  because: readonly string[]
  sure: boolean
}

/**
 * Lays the bounds out over the nodes: there are as many as the longest bound has limits, and a bound with one limit holds at
 * the last node alone, as those of a device do.
 *
 * @returns `null` when something was reported
 */
export function lowerBounds(own: Settled, device: Settled | null, report: Report): Nodes | null {
  const written = new Map(limitsOf(own, ['connectivity', ...RESOURCES]))
  const place = own.spans.fits
  for (const [key, limits] of device === null ? [] : limitsOf(device, RESOURCES)) {
    const ours = written.get(key)?.at(-1)
    const tighter = ours === undefined || (ours.dimension !== 'share' && limits[0].value < ours.value)
    if (ours === undefined) written.set(key, [{ ...limits[0], span: place ?? limits[0].span }])
    else if (tighter) written.set(key, [...written.get(key)!.slice(0, -1), { ...limits[0], span: place ?? ours.span }])
  }
  const longest = [...written].reduce((most, of) => (of[1].length > most[1].length ? of : most), ['', [] as Limit[]])
  const nodes = longest[1].length
  let sound = true
  for (const [key, limits] of written) {
    if (limits.length === nodes || limits.length === 1) continue
    report(wording.unequalNodes(limits.at(-1)!.span, key, limits.length, longest[0], nodes, longest[1][0].span))
    sound = false
  }
  if (!sound) return null
  const spread = (limits: readonly Limit[]) =>
    limits.length === nodes
      ? limits.map(({ value }) => value)
      : Array.from({ length: nodes }, (_, node) => (node === nodes - 1 ? limits[0].value : null))
  const shares = written.get('connectivity')
  const connectivity = shares === undefined ? [] : spread(shares)
  return {
    connectivity: Array.from({ length: nodes }, (_, node) => connectivity[node] ?? 1),
    bounds: RESOURCES.flatMap((resource): Bound[] => {
      const limits = written.get(resource)
      if (limits === undefined) return []
      return [{ resource, of: limits[0].dimension === 'share' ? 'dense' : 'amount', limits: spread(limits) }]
    }),
  }
}

/** The bounds that are below what nothing can be taken from. */
export function findInfeasible(
  own: Settled,
  { bounds }: Nodes,
  network: Network,
  protect: readonly string[],
  energy: EnergyName,
): Infeasible[] {
  const prunable = listPrunable(network, protect)
  return bounds.flatMap(({ resource, of, limits }): Infeasible[] => {
    if (resource === 'latency') return []
    const model = modelCost(network, protect, resource, ENERGY_MODELS[energy])!
    const last = limits.findLast((limit) => limit !== null)!
    const limit = of === 'dense' ? last * costDense(model, prunable) : last
    const least = MEASURED.includes(resource) ? leastMeasured(network, protect, resource, energy) : model.fixed
    if (least <= limit) return []
    const span = ((own.values[resource] ?? []) as unknown as Limit[]).at(-1)?.span ?? own.spans.fits
    const because = CHECKED.includes(resource) ? [] : protect
    return [{ resource, span, limit, least, because, sure: !MEASURED.includes(resource) }]
  })
}

/** What the protected layers need while nothing fires: those whose input is numbers compute all the same, unless these are 0. */
function leastMeasured(network: Network, protect: readonly string[], resource: Resource, energy: EnergyName): number {
  const joules = resource === 'energy' ? 1e-12 * picojoulePer('mac', ENERGY_MODELS[energy]) : 1
  return costLayers(network)
    .filter(({ name, binaryInput }) => protect.includes(name) && !binaryInput)
    .reduce((sum, { macs }) => sum + macs * joules, 0)
}

function limitsOf({ values }: Settled, keys: readonly string[]): [string, Limit[]][] {
  return keys.flatMap((key): [string, Limit[]][] =>
    values[key] === undefined ? [] : [[key, values[key] as unknown as Limit[]]],
  )
}
