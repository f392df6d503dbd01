import type { Geometry } from './kernels.ts'

/** The cost of a kernel in picoseconds per multiply-accumulate of the dense layer: base + slope x density. */
export interface Line {
  base: number
  slope: number
}

/** One machine's costs of one kind of layer. Spike kernels fall with the firing rate, the others with the connectivity. */
export interface LayerCosts {
  spikeForward: Line
  spikeToWeights: Line
  sparseForward: Line
  sparseToInput: Line
  sparseToWeights: Line
  /** Independent of any density. */
  gemm: number
  /** For 3 x 3 kernels of stride 1; `null` where there are none. */
  winograd: number | null
}

/** One machine's costs, measured when the kernels were built on it, so that the same job picks the same kernels again. */
export interface Costs {
  conv: LayerCosts
  linear: LayerCosts
}

/** What computes a layer's output. */
export type ForwardPick = 'sparse' | 'spikes' | 'winograd' | 'gemm'
/** What computes the gradient to its input. */
export type InputPick = 'sparse' | 'winograd' | 'gemm'
/** What computes the gradient to its weights. */
export type WeightPick = 'sparse' | 'spikes' | 'gemm'

/** What is measured about a layer at one call. */
export interface Densities {
  /** Share of the input that fires; `null` where the input is not spikes. */
  rate: number | null
  /** Share of the connections that the mask leaves; 1 without a mask. */
  connectivity: number
}

/** Used where no measurement was made: a Zen 4 at two threads. */
export const DEFAULT_COSTS: Costs = {
  conv: {
    spikeForward: { base: 0.5, slope: 9 },
    spikeToWeights: { base: 0.2, slope: 11 },
    sparseForward: { base: 0.2, slope: 14 },
    sparseToInput: { base: 0.3, slope: 15 },
    sparseToWeights: { base: 0.2, slope: 16 },
    gemm: 9,
    winograd: 3.4,
  },
  linear: {
    spikeForward: { base: 1, slope: 50 },
    spikeToWeights: { base: 1, slope: 50 },
    sparseForward: { base: 0.2, slope: 24 },
    sparseToInput: { base: 0.2, slope: 24 },
    sparseToWeights: { base: 0.2, slope: 28 },
    gemm: 10,
    winograd: null,
  },
}

/** The cheapest way to a layer's output. */
export function pickForward(costs: Costs, geometry: Geometry, { rate, connectivity }: Densities): ForwardPick {
  const of = costsOf(costs, geometry)
  return cheapest<ForwardPick>([
    ['sparse', sparse(of.sparseForward, connectivity)],
    ['spikes', rate === null ? Number.POSITIVE_INFINITY : at(of.spikeForward, rate)],
    ['winograd', winogradCost(of, geometry)],
    ['gemm', of.gemm],
  ])
}

/** The cheapest way to the gradient of its input. */
export function pickToInput(costs: Costs, geometry: Geometry, { connectivity }: Densities): InputPick {
  const of = costsOf(costs, geometry)
  return cheapest<InputPick>([
    ['sparse', sparse(of.sparseToInput, connectivity)],
    ['winograd', winogradCost(of, geometry)],
    ['gemm', of.gemm],
  ])
}

/** The cheapest way to the gradient of its weights: only where the mask is fixed may pruned ones be left out. */
export function pickToWeights(
  costs: Costs,
  geometry: Geometry,
  { rate, connectivity }: Densities,
  fixed: boolean,
): WeightPick {
  const of = costsOf(costs, geometry)
  return cheapest<WeightPick>([
    ['sparse', fixed ? sparse(of.sparseToWeights, connectivity) : Number.POSITIVE_INFINITY],
    ['spikes', rate === null ? Number.POSITIVE_INFINITY : at(of.spikeToWeights, rate)],
    ['gemm', of.gemm],
  ])
}

/** Whether a layer is linear to the kernels: one pixel in, one pixel out. */
export function isLinear({ height, width, kernel, stride, padding }: Geometry): boolean {
  return height * width === 1 && kernel === 1 && stride === 1 && padding === 0
}

/** The length of the rows in which the kernels want a layer's spikes: of pixels, or of all features of a linear layer. */
export function spikeRow(geometry: Geometry): number {
  return isLinear(geometry) ? geometry.channelsIn : geometry.width
}

function costsOf(costs: Costs, geometry: Geometry): LayerCosts {
  return isLinear(geometry) ? costs.linear : costs.conv
}

function at({ base, slope }: Line, density: number): number {
  return base + slope * density
}

/** Without a mask there are no lists to go by. */
function sparse(line: Line, connectivity: number): number {
  return connectivity < 1 ? at(line, connectivity) : Number.POSITIVE_INFINITY
}

function winogradCost(of: LayerCosts, { kernel, stride, padding }: Geometry): number {
  const fits = kernel === 3 && stride === 1 && padding <= 2
  return fits && of.winograd !== null ? of.winograd : Number.POSITIVE_INFINITY
}

function cheapest<Pick>(candidates: readonly (readonly [Pick, number])[]): Pick {
  return candidates.reduce((best, candidate) => (candidate[1] < best[1] ? candidate : best))[0]
}
