import type { Compress } from './compress.ts'
import type { Resource } from './resource.ts'

/** What the base unit of a resource is; counts have none. */
const UNITS: Partial<Record<Resource, string>> = { size: 'B', memory: 'B', energy: 'J', latency: 's' }
const PREFIXES = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
  ['', 1],
  ['m', 1e-3],
  ['u', 1e-6],
  ['n', 1e-9],
  ['p', 1e-12],
] as const

/**
 * What a node of a compression has to meet, in words: `5 %` of the connections, and the bounds of other resources: `synops
 * 25 %` (of the dense network's), `size 200 kB`.
 *
 * @param node by its place among all nodes
 */
export function nameGoal({ connectivity, bounds = [] }: Compress, node: number): string {
  const share = connectivity[node]!
  const others = bounds.flatMap(({ resource, of, limits }) => {
    const limit = limits[node] ?? null
    return limit === null ? [] : [`${resource} ${of === 'dense' ? nameShare(limit) : nameAmount(limit, resource)}`]
  })
  return [...(share < 1 || others.length === 0 ? [nameShare(share)] : []), ...others].join(', ')
}

/** An amount of a resource with the unit that leaves at least 1: `200 kB`, `1.5 ms`, `80 M`. */
export function nameAmount(amount: number, resource: Resource): string {
  const unit = UNITS[resource] ?? ''
  const [prefix, size] = PREFIXES.find(([, size]) => Math.abs(amount) >= size * (1 - 1e-12)) ?? ['', 1]
  return `${Number((amount / size).toPrecision(4))} ${prefix}${unit}`.trimEnd()
}

/** The node that a reported point is: a sequential schedule reports its last one alone. */
export function nodeOfPoint({ schedule, connectivity }: Compress, point: number): number {
  return schedule === 'sequential' ? connectivity.length - 1 : point
}

function nameShare(share: number): string {
  return `${Number((100 * share).toPrecision(share >= 0.9995 ? 4 : 3))} %`
}
