import { type Board, METHOD_TITLES } from '../board/board.ts'
import type { Point } from '../board/point.ts'
import { DASHES, METHOD_STYLES, type Style } from './style.ts'

/** Points that share a colour and a marker. */
export interface Group {
  title: string
  style: Style
}

/** What points of one group still differ in, told apart by the pattern of their lines. */
export interface Strand {
  title: string
  dash: string
}

/** The groups of a board's points, in the order of the legend. */
export interface Grouping {
  groups: readonly Group[]
  of(point: Point): Group
  strands: readonly Strand[]
  strandOf(point: Point): Strand
}

/** The styles of groups that are no methods, the plainest first. */
const VALUE_STYLES = (
  ['minimax', 'gradual', 'magnitude', 'iterative', 'grad_r', 'stds', 'admm', 'set', 'rigl', 'ste', 'upr'] as const
).map((method) => METHOD_STYLES[method])

/**
 * Groups a board's points by the values of a swept address or name: each has a style of its own. Points without such a value
 * go by their method, as all do when methods are what is swept.
 */
export function groupPoints(board: Board, address = 'compress'): Grouping {
  const { points, methods } = board
  const titleOf = ({ method, variant }: Point) =>
    Object.hasOwn(variant, address) ? `${address} ${variant[address]}` : METHOD_TITLES[method]
  const byMethod = methods.map((method) => ({ title: METHOD_TITLES[method], style: METHOD_STYLES[method] }))
  const values = new Set(points.filter(({ variant }) => Object.hasOwn(variant, address)).map(titleOf))
  const used = byMethod.filter(({ title }) => points.some((point) => titleOf(point) === title))
  const free = VALUE_STYLES.filter((style) => used.every((group) => group.style !== style))
  const groups = [
    ...used,
    ...[...values].sort(compareNatural).map((title, index) => ({ title, style: free[index % free.length]! })),
  ]
  const strands = listStrands(board, address)
  return {
    groups,
    of: (point) => groups.find(({ title }) => title === titleOf(point))!,
    strands,
    strandOf: (point) => strands.find(({ title }) => title === titleStrand(board, point, address))!,
  }
}

function listStrands(board: Board, address: string): Strand[] {
  const titles = new Set(
    board.setups.flatMap(({ id }) => {
      const some = board.points.filter(({ setup }) => setup === id)
      return some.map((point) => titleStrand(board, point, address)).sort(compareNatural)
    }),
  )
  return [...titles].map((title, index) => ({ title, dash: DASHES[index % DASHES.length]! }))
}

/** The set-up, where a board has several, and the swept values other than the group's. */
function titleStrand({ setups }: Board, { setup, variant }: Point, address: string): string {
  const values = Object.entries(variant).filter(([name]) => name !== address)
  return [
    ...(setups.length > 1 ? [setups.find(({ id }) => id === setup)!.label] : []),
    ...values.map(([name, value]) => `${name} ${value}`),
  ].join(', ')
}

const compareNatural = (one: string, other: string) => one.localeCompare(other, 'en', { numeric: true })
