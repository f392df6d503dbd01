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
  /** Convolutions of many channels, which a patch's list of spikes or connections serves for longer. */
  wide: LayerCosts
  /** Convolutions of few channels: `WIDE_CHANNELS` in the geometric mean of both sides is where the others begin. */
  narrow: LayerCosts
  linear: LayerCosts
  /** Linear layers of so few examples that each weight is read for hardly more than one: there lists gain later. */
  single: LayerCosts
}

/** As many examples still count as few: between 1, which is measured, and where the costs are those of a batch. */
const FEW = 4

/** Halfway between the widths that are measured. */
const WIDE_CHANNELS = 128

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
  wide: {
    spikeForward: { base: 0.3, slope: 10.7 },
    spikeToWeights: { base: 0.25, slope: 10 },
    sparseForward: { base: 0.23, slope: 12 },
    sparseToInput: { base: 0.23, slope: 12 },
    sparseToWeights: { base: 0.22, slope: 20 },
    gemm: 10,
    winograd: 3.3,
  },
  narrow: {
    spikeForward: { base: 1, slope: 12.5 },
    spikeToWeights: { base: 0.65, slope: 10 },
    sparseForward: { base: 0.5, slope: 12 },
    sparseToInput: { base: 0.5, slope: 12 },
    sparseToWeights: { base: 0.5, slope: 17 },
    gemm: 11.4,
    winograd: 3.8,
  },
  linear: {
    spikeForward: { base: 0.6, slope: 11 },
    spikeToWeights: { base: 1, slope: 11.4 },
    sparseForward: { base: 0.5, slope: 14.5 },
    sparseToInput: { base: 0.5, slope: 14.5 },
    sparseToWeights: { base: 0.45, slope: 21 },
    gemm: 9.7,
    winograd: null,
  },
  single: {
    spikeForward: { base: 20, slope: 160 },
    spikeToWeights: { base: 60, slope: 100 },
    sparseForward: { base: 20, slope: 1100 },
    sparseToInput: { base: 20, slope: 1100 },
    sparseToWeights: { base: 20, slope: 1100 },
    gemm: 110,
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
  if (isLinear(geometry)) return geometry.images <= FEW ? costs.single : costs.linear
  return geometry.channelsIn * geometry.channelsOut < WIDE_CHANNELS ** 2 ? costs.narrow : costs.wide
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
