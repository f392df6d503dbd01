import {
  type Connections,
  type Densities,
  type Geometry,
  pickForward,
  pickToInput,
  pickToWeights,
  spikeRow,
  type WeightPick,
} from '@snnx/kernels'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { bitsOf } from '../backend/memory.ts'
import type { NativeBackend } from '../backend/native.ts'
import type { Picks } from './picks.ts'

export const CONVOLVE = 'SnnxConvolve'
export const TO_INPUT = 'SnnxConvolveToInput'
export const TO_WEIGHTS = 'SnnxConvolveToWeights'

/** A layer with weights over all steps: a convolution, or a linear layer as its 1 x 1 case. */
export interface ConvolveAttributes {
  layer: string
  geometry: Geometry
  /** The shape of the output (forward), of the input or of the weights (backward). */
  shape: number[]
  /** The mask no longer changes, so pruned weights need no gradient. */
  frozen: boolean
  /** The gradient to the weights is used before `x` and `dy` are freed, so that it may be computed piece by piece. */
  immediate: boolean
  picks: Picks
}

/** Weights beyond which a gradient that may be is computed in pieces of this size: 16 MiB. */
const PIECE = 1 << 22

/** Inputs `x`, `weight` (and `mask`); output `[..., outputs...]`. */
export const convolve: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const { kernels, costs } = memory
  const { layer, geometry, shape, picks } = attrs as unknown as ConvolveAttributes
  const { x, weight, mask } = inputs as unknown as { x: TensorInfo; weight: TensorInfo; mask?: TensorInfo }
  const densities = densitiesOf(memory, x, mask)
  const pick = pickForward(costs, geometry, densities)
  picks.note(layer, 'forward', pick, densities)
  const output = memory.allocate(shape)
  const y = memory.floats(output)
  const spikes = memory.spikes(x)
  if (pick === 'sparse') {
    const connections = connect(memory, geometry, mask!)
    connections.load(memory.floats(weight))
    if (spikes) connections.forwardSpikes(geometry, rowsOf(memory, x, geometry), y)
    else connections.forward(geometry, memory.floats(x), y)
  } else {
    const weights = maskedWeights(memory, weight, mask)
    if (pick === 'spikes') kernels.spikeForward(geometry, rowsOf(memory, x, geometry), weights.values, y)
    else if (spikes) kernels.denseForward(geometry, pick === 'winograd', unscaled(memory, x), weights.values, y)
    else kernels.denseForward(geometry, pick === 'winograd', memory.floats(x), weights.values, y)
    weights.release()
  }
  if (spikes && spikes.scale !== 1) kernels.scale(y, spikes.scale)
  return output
}

/** Inputs `dy`, `weight` (and `mask`); output the gradient to x. */
export const convolveToInput: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const { layer, geometry, shape, picks } = attrs as unknown as ConvolveAttributes
  const { dy, weight, mask } = inputs as unknown as { dy: TensorInfo; weight: TensorInfo; mask?: TensorInfo }
  const densities = { rate: null, connectivity: connectivityOf(memory, mask) }
  const pick = pickToInput(memory.costs, geometry, densities)
  picks.note(layer, 'toInput', pick, densities)
  const gradient = memory.allocate(shape)
  const [upstream, out] = [memory.floats(dy), memory.floats(gradient)]
  if (pick === 'sparse') {
    const connections = connect(memory, geometry, mask!)
    connections.load(memory.floats(weight))
    connections.toInput(geometry, upstream, out)
  } else {
    const weights = maskedWeights(memory, weight, mask)
    memory.kernels.denseToInput(geometry, pick === 'winograd', upstream, weights.values, out)
    weights.release()
  }
  return gradient
}

/** Inputs `x`, `dy` (and `mask`); output the gradient to the weights, at the surviving ones alone if the mask is fixed. */
export const convolveToWeights: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = backend as NativeBackend
  const { kernels, costs } = memory
  const { layer, geometry, shape, frozen, immediate, picks } = attrs as unknown as ConvolveAttributes
  const { x, dy, mask } = inputs as unknown as { x: TensorInfo; dy: TensorInfo; mask?: TensorInfo }
  const densities = densitiesOf(memory, x, mask)
  const pick = pickToWeights(costs, geometry, densities, frozen && mask !== undefined)
  picks.note(layer, 'toWeights', pick, densities)
  const upstream = memory.floats(dy)
  if (pick === 'sparse') {
    const spikes = memory.spikes(x)
    const connections = connect(memory, geometry, mask!)
    const values = new Float32Array(connections.count)
    if (spikes) connections.toWeightsFromSpikes(geometry, rowsOf(memory, x, geometry), upstream, values)
    else connections.toWeights(geometry, memory.floats(x), upstream, values)
    if (spikes && spikes.scale !== 1) kernels.scale(values, spikes.scale)
    return memory.storeCompact(shape, { connections, values })
  }
  const dense: DenseGradient = { memory, geometry, x, upstream, pick }
  const size = geometry.channelsOut * rowSize(geometry)
  if (immediate && !(frozen && mask) && size > PIECE) {
    const rows = Math.max(1, Math.floor(PIECE / rowSize(geometry)))
    return memory.storePending(shape, { rows, compute: (first, count, out) => computeRows(dense, first, count, out) })
  }
  const gradient = memory.allocate(shape)
  const out = memory.floats(gradient)
  computeGradient(dense, out)
  if (frozen && mask) kernels.shrinkMasked(out, bitsOf(memory, mask, out.length), 0)
  return gradient
}

/** What a gradient to all weights is made of. */
interface DenseGradient {
  memory: NativeBackend
  geometry: Geometry
  x: TensorInfo
  upstream: Float32Array
  pick: WeightPick
}

function computeGradient({ memory, geometry, x, upstream, pick }: DenseGradient, out: Float32Array): void {
  const { kernels } = memory
  const spikes = memory.spikes(x)
  if (pick === 'spikes') kernels.spikeToWeights(geometry, rowsOf(memory, x, geometry), upstream, out)
  else kernels.denseToWeights(geometry, spikes ? unscaled(memory, x) : memory.floats(x), upstream, out)
  if (spikes && spikes.scale !== 1) kernels.scale(out, spikes.scale)
}

/** The gradient to the weights of `count` output channels: that of a layer that has no others. */
function computeRows(of: DenseGradient, first: number, count: number, out: Float32Array): void {
  const { memory, geometry, upstream } = of
  const { images, channelsOut } = geometry
  const plane = upstream.length / (images * channelsOut)
  const part = memory.pool.take(images * count * plane)
  for (let image = 0; image < images; image++) {
    const from = (image * channelsOut + first) * plane
    part.set(upstream.subarray(from, from + count * plane), image * count * plane)
  }
  computeGradient({ ...of, geometry: { ...geometry, channelsOut: count }, upstream: part }, out)
  memory.pool.give(part)
}

/** Weights of one output channel. */
function rowSize({ channelsIn, kernel }: Geometry): number {
  return channelsIn * kernel ** 2
}

/** The lists of a mask: made when first needed, gone with the mask. */
function connect(memory: NativeBackend, geometry: Geometry, mask: TensorInfo): Connections {
  const size = mask.shape.reduce((product, of) => product * of, 1)
  return memory.attach(mask, () => memory.kernels.connect(geometry, bitsOf(memory, mask, size)))
}

function densitiesOf(memory: NativeBackend, x: TensorInfo, mask: TensorInfo | undefined): Densities {
  const spikes = memory.spikes(x)
  const size = x.shape.reduce((product, of) => product * of, 1)
  return { rate: spikes ? spikes.count / size : null, connectivity: connectivityOf(memory, mask) }
}

function connectivityOf(memory: NativeBackend, mask: TensorInfo | undefined): number {
  if (!mask) return 1
  const size = mask.shape.reduce((product, of) => product * of, 1)
  return (memory.spikes(mask)?.count ?? memory.kernels.countSpikes(bitsOf(memory, mask, size))) / size
}

/** The input's bits in rows as the kernels want them. */
function rowsOf(memory: NativeBackend, x: TensorInfo, geometry: Geometry): Uint32Array {
  return bitsOf(memory, x, spikeRow(geometry))
}

/** The spikes as plain zeros and ones. */
function unscaled(memory: NativeBackend, x: TensorInfo): Float32Array {
  const { bits, row } = memory.spikes(x)!
  const values = new Float32Array(x.shape.reduce((product, of) => product * of, 1))
  memory.kernels.expandSpikes(bits, row, 1, values)
  return values
}

/** The weights with the mask multiplied in, in a buffer of the pool where there is a mask. */
function maskedWeights(memory: NativeBackend, weight: TensorInfo, mask: TensorInfo | undefined) {
  const held = memory.floats(weight)
  if (!mask) return { values: held, release: () => {} }
  const values = memory.pool.take(held.length)
  values.set(held)
  memory.kernels.shrinkMasked(values, bitsOf(memory, mask, held.length), 0)
  return { values, release: () => memory.pool.give(values) }
}
