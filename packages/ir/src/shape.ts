import type { Layer, Network } from './network.ts'

/** What flows into and out of one layer. */
export interface LayerFlow {
  layer: Layer
  input: readonly number[]
  output: readonly number[]
  /** The input is the same at every step (direct coding before the first neuron), so the layer is computed once. */
  constantInput: boolean
  /** The input consists of spikes, so the layer's operations are accumulations, not multiplications. */
  binaryInput: boolean
}

/** Why a layer cannot follow the ones before it. */
export interface ShapeProblem {
  /** Where the layer stands among the network's layers (of a residual block, where the block stands). */
  index: number
  layer: Layer
  input: readonly number[]
  reason: string
}

/** What flows between two layers. */
interface Signal {
  shape: readonly number[]
  constant: boolean
  binary: boolean
}

/** Thrown inside `flowThrough` and caught by `inferFlow`. */
class Misfit extends Error {
  readonly layer: Layer
  readonly input: readonly number[]
  constructor(layer: Layer, input: readonly number[], reason: string) {
    super(reason)
    this.layer = layer
    this.input = input
  }
}

/**
 * Infers every layer's shapes, a residual block's inner layers before the block itself (body, then shortcut); stops at the
 * first layer that does not fit and says why.
 */
export function inferFlow(network: Network): { flows: LayerFlow[]; problem: ShapeProblem | null } {
  const flows: LayerFlow[] = []
  let signal: Signal = { shape: network.input, constant: !network.changing, binary: false }
  for (const [index, layer] of network.layers.entries()) {
    try {
      if (flows.at(-1)?.layer.kind === 'rate') {
        throw new Misfit(layer, signal.shape, 'nothing can follow the read-out `rate`')
      }
      signal = flowThrough(layer, signal, flows)
    } catch (misfit) {
      if (!(misfit instanceof Misfit)) throw misfit
      return { flows, problem: { index, layer: misfit.layer, input: misfit.input, reason: misfit.message } }
    }
  }
  const reason = judgeEnd(network, flows, signal.shape)
  if (reason === null) return { flows, problem: null }
  return {
    flows,
    problem: { index: network.layers.length - 1, layer: network.layers.at(-1)!, input: signal.shape, reason },
  }
}

/** All layers with their flows, those inside residual blocks too. */
export function mapFlows(network: Network): Map<Layer, LayerFlow> {
  return new Map(inferFlow(network).flows.map((flow) => [flow.layer, flow]))
}

/** The shape of what a network is fed: `[batch, ...input]`, or `[steps, batch, ...input]` where its input changes. */
export function shapeOfBatch({ changing, steps, input }: Network, batch: number): number[] {
  return changing ? [steps, batch, ...input] : [batch, ...input]
}

/** The number of elements of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function flowThrough(layer: Layer, before: Signal, flows: LayerFlow[]): Signal {
  const signal = takesImage(layer) ? { ...before, shape: asImage(before.shape) } : before
  const output = layer.kind === 'residual' ? joinBranches(layer, signal, flows) : passLayer(layer, signal)
  flows.push({
    layer,
    input: signal.shape,
    output: output.shape,
    constantInput: signal.constant,
    binaryInput: signal.binary,
  })
  return output
}

function joinBranches(layer: Extract<Layer, { kind: 'residual' }>, signal: Signal, flows: LayerFlow[]): Signal {
  const run = (branch: readonly Layer[]) => branch.reduce((of, inner) => flowThrough(inner, of, flows), signal)
  const [body, shortcut] = [run(layer.body), run(layer.shortcut)]
  if (String(body.shape) !== String(shortcut.shape)) {
    throw new Misfit(
      layer,
      signal.shape,
      `the body makes ${showShape(body.shape)}, but the shortcut ${showShape(shortcut.shape)}; they are added, so both must be the same`,
    )
  }
  return { shape: body.shape, constant: body.constant && shortcut.constant, binary: false }
}

function passLayer(layer: Exclude<Layer, { kind: 'residual' }>, { shape, constant, binary }: Signal): Signal {
  const misfit = (reason: string) => new Misfit(layer, shape, reason)
  switch (layer.kind) {
    case 'flatten':
      return { shape: [count(shape)], constant, binary }
    case 'linear':
      if (shape.length !== 1) throw misfit('`linear` takes a flat vector; put `flatten` before it')
      return { shape: [layer.features], constant, binary: false }
    case 'conv': {
      const [, height, width] = imageOf(shape, layer.kind, misfit)
      const size = (extent: number) => slide(extent, layer.kernel, layer.stride, layer.padding, misfit)
      return { shape: [layer.channels, size(height), size(width)], constant, binary: false }
    }
    case 'max_pool':
    case 'avg_pool': {
      const [channels, height, width] = imageOf(shape, layer.kind, misfit)
      if (2 * layer.padding > layer.size) throw misfit(`the padding of a pool is at most half its size`)
      const size = (extent: number) => slide(extent, layer.size, layer.stride, layer.padding, misfit)
      return { shape: [channels, size(height), size(width)], constant, binary: binary && layer.kind === 'max_pool' }
    }
    case 'global_pool':
      return { shape: [imageOf(shape, layer.kind, misfit)[0], 1, 1], constant, binary: false }
    case 'norm':
      if (shape.length !== 1 && shape.length !== 3) throw misfit('`norm` takes a vector or an image with channels')
      return { shape, constant, binary: false }
    case 'neuron':
      return { shape, constant: false, binary: true }
    case 'dropout':
      return { shape, constant, binary }
    case 'vote':
      if (shape.length !== 1) throw misfit('`vote` takes a flat vector; put `flatten` before it')
      if (shape[0]! % layer.classes !== 0) {
        throw misfit(`${shape[0]} outputs cannot be shared out evenly to ${layer.classes} classes`)
      }
      return { shape: [layer.classes], constant, binary: false }
    case 'rate':
      return { shape, constant, binary: false }
  }
}

/** Why the network cannot end like this, or null. */
function judgeEnd(network: Network, flows: readonly LayerFlow[], shape: readonly number[]): string | null {
  if (network.layers.at(-1)!.kind !== 'rate') return 'the last layer must be a read-out, such as `rate`'
  if (!flows.some(({ layer }) => layer.kind === 'neuron')) return 'a spiking network needs at least one neuron'
  if (count(shape) !== network.classes)
    return `${count(shape)} outputs, but the data set has ${network.classes} classes`
  return null
}

function takesImage({ kind }: Layer): boolean {
  return kind === 'conv' || kind === 'max_pool' || kind === 'avg_pool' || kind === 'global_pool'
}

/** An image without channels, such as MNIST's, is one of a single channel. */
function asImage(shape: readonly number[]): readonly number[] {
  return shape.length === 2 ? [1, ...shape] : shape
}

function imageOf(
  shape: readonly number[],
  kind: string,
  misfit: (reason: string) => Misfit,
): readonly [channels: number, height: number, width: number] {
  if (shape.length === 3) return shape as readonly [number, number, number]
  throw misfit(`\`${kind}\` takes an image, but gets ${showShape(shape)}`)
}

/** The positions of a window along one axis. */
function slide(
  extent: number,
  size: number,
  stride: number,
  padding: number,
  misfit: (reason: string) => Misfit,
): number {
  if (extent + 2 * padding < size)
    throw misfit(`a window of ${size} does not fit into ${extent} with padding ${padding}`)
  return Math.floor((extent + 2 * padding - size) / stride) + 1
}

function showShape(shape: readonly number[]): string {
  return shape.join(' x ')
}
