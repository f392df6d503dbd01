import {
  type ConvLayer,
  count,
  inferFlow,
  type Layer,
  type LayerFlow,
  type LinearLayer,
  type Network,
  type NormLayer,
} from '@snnx/ir'
import type { Affine, Costs, Kernels } from '@snnx/kernels'
import { BufferPool } from '../backend/pool.ts'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { decayOf } from '../kernel/fire.ts'
import { affineOf } from '../layer/affine.ts'
import { type PoolLayer, poolImages } from '../layer/pool.ts'
import { readBits, readFloats, releaseSignal, type Signal } from './signal.ts'
import { PackedWeights } from './weights.ts'

/** Sees what a layer with weights is given, and is told when it is done. */
type Observe = (layer: string, input: Signal) => (() => void) | undefined

/**
 * A trained network ready to run: the kernels of training without gradients or tensors, its weights packed once. A call
 * computes all steps layer by layer, as `simulate` does, and gives the same numbers.
 */
export class Inference {
  readonly #network: Network
  readonly #kernels: Kernels
  readonly #costs: Costs
  readonly #values: ReadonlyMap<string, Float32Array>
  readonly #flows: ReadonlyMap<Layer, LayerFlow>
  readonly #packed = new Map<Layer, PackedWeights>()
  readonly #pool = new BufferPool()
  #observe: Observe | undefined

  constructor(network: Network, weights: NetworkWeights, kernels: Kernels, costs: Costs) {
    this.#network = network
    this.#kernels = kernels
    this.#costs = costs
    this.#values = weights.values
    const { flows } = inferFlow(network)
    this.#flows = new Map(flows.map((flow) => [flow.layer, flow]))
    for (const { layer, ...flow } of flows) {
      if (layer.kind !== 'linear' && layer.kind !== 'conv') continue
      this.#packed.set(layer, new PackedWeights(kernels, { ...flow, layer }, weights))
    }
  }

  /**
   * @param x `[batch, ...input]`, or `[steps, batch, ...input]` where the input changes
   * @param observe sees the input of each layer with weights, which is not kept; what it returns is called when the layer is done
   * @returns the read-out `[batch, classes]`
   */
  run(x: Float32Array, batch: number, observe?: Observe): Float32Array {
    this.#observe = observe
    const { input: shape, changing, steps } = this.#network
    const images = changing ? steps * batch : batch
    const input: Signal = { shape, images, constant: !changing, held: { floats: x } }
    const { held } = this.#through(this.#network.layers, input)
    if (!('floats' in held)) throw new TypeError('the read-out is not one of numbers')
    const output = held.floats.slice()
    if (held.floats !== x) this.#pool.give(held.floats)
    return output
  }

  /** Frees the packed weights. */
  dispose(): void {
    for (const packed of this.#packed.values()) packed.dispose()
  }

  #through(layers: readonly Layer[], input: Signal): Signal {
    let signal = input
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index]!
      const next = layers[index + 1]
      const previous = signal
      if (layer.kind === 'norm' && next?.kind === 'neuron') {
        signal = this.#fire(next, previous, this.#affineOf(layer))
        index++
      } else signal = this.#apply(layer, previous)
      if (previous.held !== input.held && previous.held !== signal.held) releaseSignal(this.#pool, previous)
    }
    return signal
  }

  #apply(layer: Layer, signal: Signal): Signal {
    switch (layer.kind) {
      case 'flatten':
        return { ...signal, shape: [count(signal.shape)] }
      case 'linear':
      case 'conv':
        return this.#connect(layer, signal)
      case 'norm':
        return this.#map(signal, (x, y) => this.#kernels.affine(x, this.#affineOf(layer), y))
      case 'neuron':
        return this.#fire(layer, signal, null)
      case 'max_pool':
      case 'avg_pool':
        return this.#pooled(layer, signal)
      case 'global_pool': {
        const [channels, height, width] = this.#flows.get(layer)!.input as [number, number, number]
        const pixels = height * width
        const shape = [channels, 1, 1]
        return this.#mean(signal, shape, signal.images, (image, of) => [(image * channels + of) * pixels, 1, pixels])
      }
      case 'dropout':
        return signal
      case 'residual':
        return this.#join(layer, signal)
      case 'vote': {
        const group = count(signal.shape) / layer.classes
        return this.#mean(signal, [layer.classes], signal.images, (image, of) => [
          image * layer.classes * group + of * group,
          1,
          group,
        ])
      }
      case 'rate': {
        if (signal.constant) return signal
        const { steps } = this.#network
        const size = count(signal.shape)
        const batch = signal.images / steps
        return this.#mean(signal, signal.shape, batch, (image, of) => [image * size + of, batch * size, steps])
      }
    }
  }

  #connect(layer: LinearLayer | ConvLayer, signal: Signal): Signal {
    const done = this.#observe?.(layer.name, signal)
    const output = this.#packed.get(layer)!.apply(this.#kernels, this.#costs, this.#pool, signal)
    done?.()
    return output
  }

  #fire(layer: Extract<Layer, { kind: 'neuron' }>, signal: Signal, affine: Affine | null): Signal {
    const { steps } = this.#network
    const { shape, constant } = signal
    const batch = constant ? signal.images : signal.images / steps
    const row = shape.at(-1)!
    const extent = { steps, width: batch * count(shape), row, constantInput: constant }
    const bits = new Uint32Array(((steps * extent.width) / row) * Math.ceil(row / 32))
    const logit = this.#values.get(`${layer.name}.decay`)?.[0] ?? null
    const { floats, release } = readFloats(this.#kernels, this.#pool, signal)
    const decay = decayOf(layer.neuron, logit)
    const spikes = this.#kernels.neuronForward(layer.neuron, decay, extent, floats, affine, bits)
    release()
    return { shape, images: batch * steps, constant: false, held: { bits, row, spikes } }
  }

  #affineOf(layer: NormLayer): Affine {
    return affineOf(layer, this.#values, this.#flows.get(layer)!.input)
  }

  #pooled(layer: PoolLayer, signal: Signal): Signal {
    const { images, held } = signal
    const shape = this.#flows.get(layer)!.input
    const { pooling, output } = poolImages(layer, shape, images)
    if ('bits' in held && layer.kind === 'max_pool') {
      const row = output.at(-1)!
      const bits = new Uint32Array(((images * count(output)) / row) * Math.ceil(row / 32))
      this.#kernels.maxPoolSpikes(pooling, readBits(this.#kernels, signal, shape.at(-1)!), bits)
      return { ...signal, shape: output, held: { bits, row, spikes: this.#kernels.countSpikes(bits) } }
    }
    const y = this.#pool.take(images * count(output))
    const { floats, release } = readFloats(this.#kernels, this.#pool, signal)
    if (layer.kind === 'max_pool') this.#kernels.maxPool(pooling, floats, y)
    else this.#kernels.averagePool(pooling, floats, y)
    release()
    return { ...signal, shape: output, held: { floats: y } }
  }

  #join({ body, shortcut }: Extract<Layer, { kind: 'residual' }>, signal: Signal): Signal {
    const branches = [this.#through(body, signal), this.#through(shortcut, signal)]
    const images = Math.max(...branches.map((of) => of.images))
    const sum = this.#pool.take(images * count(branches[0]!.shape)).fill(0)
    for (const branch of branches) {
      const { floats, release } = readFloats(this.#kernels, this.#pool, branch)
      // A branch that is the same at every step is added at each.
      for (let from = 0; from < sum.length; from += floats.length) {
        const part = sum.subarray(from, from + floats.length)
        this.#kernels.add(part, floats, part)
      }
      release()
      if (branch.held !== signal.held) releaseSignal(this.#pool, branch)
    }
    return { shape: branches[0]!.shape, images, constant: branches.every((of) => of.constant), held: { floats: sum } }
  }

  #map(signal: Signal, apply: (x: Float32Array, y: Float32Array) => void): Signal {
    const { floats, release } = readFloats(this.#kernels, this.#pool, signal)
    const y = this.#pool.take(floats.length)
    apply(floats, y)
    release()
    return { ...signal, held: { floats: y } }
  }

  /** Means over `length` elements from `from`, `stride` apart, for each image and output. */
  #mean(
    signal: Signal,
    shape: readonly number[],
    images: number,
    span: (image: number, of: number) => [from: number, stride: number, length: number],
  ): Signal {
    const { floats, release } = readFloats(this.#kernels, this.#pool, signal)
    const outputs = count(shape)
    const means = this.#pool.take(images * outputs)
    for (let index = 0; index < means.length; index++) {
      const [from, stride, length] = span(Math.floor(index / outputs), index % outputs)
      let sum = 0
      for (let of = 0; of < length; of++) sum += floats[from + of * stride]!
      means[index] = sum / length
    }
    release()
    return { shape, images, constant: signal.constant, held: { floats: means } }
  }
}
