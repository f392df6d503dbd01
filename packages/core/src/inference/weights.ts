import { type ConvLayer, count, type LayerFlow, type LinearLayer } from '@snnx/ir'
import { type Connections, type Costs, type Geometry, type Kernels, pickForward, spikeRow } from '@snnx/kernels'
import type { BufferPool } from '../backend/pool.ts'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { geometryOf } from '../layer/synapse.ts'
import { readBits, readFloats, type Signal } from './signal.ts'

/** A layer with weights, packed once for any number of calls: lists of its connections where it was pruned. */
export class PackedWeights {
  readonly #flow: LayerFlow & { layer: LinearLayer | ConvLayer }
  readonly #weights: Float32Array
  readonly #bias: Float32Array | null
  readonly #connectivity: number
  readonly #connections: Connections | null

  constructor(
    kernels: Kernels,
    flow: LayerFlow & { layer: LinearLayer | ConvLayer },
    { values, masks }: NetworkWeights,
  ) {
    const { name } = flow.layer
    this.#flow = flow
    this.#weights = values.get(`${name}.weight`)!
    this.#bias = values.get(`${name}.bias`) ?? null
    const mask = masks.get(`${name}.weight`)
    this.#connectivity = mask ? mask.reduce((kept, of) => kept + Number(of !== 0), 0) / mask.length : 1
    this.#connections = mask ? connectMask(kernels, geometryOf(flow, 1), mask) : null
    this.#connections?.load(this.#weights)
  }

  /** The layer's output. */
  apply(kernels: Kernels, costs: Costs, pool: BufferPool, signal: Signal): Signal {
    const { input, output } = this.#flow
    const { images, constant, held } = signal
    const geometry = geometryOf(this.#flow, images)
    const y = pool.take(images * count(output))
    const rate = 'bits' in held ? held.spikes / (images * count(input)) : null
    const pick = pickForward(costs, geometry, { rate, connectivity: this.#connectivity })
    const row = spikeRow(geometry)
    if (pick === 'sparse' && rate !== null)
      this.#connections!.forwardSpikes(geometry, readBits(kernels, signal, row), y)
    else if (pick === 'spikes') kernels.spikeForward(geometry, readBits(kernels, signal, row), this.#weights, y)
    else {
      const { floats, release } = readFloats(kernels, pool, signal)
      if (pick === 'sparse') this.#connections!.forward(geometry, floats, y)
      else kernels.denseForward(geometry, pick === 'winograd', floats, this.#weights, y)
      release()
    }
    if (this.#bias) addBias(y, this.#bias, count(output) / this.#bias.length)
    return { shape: output, images, constant, held: { floats: y } }
  }

  dispose(): void {
    this.#connections?.dispose()
  }
}

function connectMask(kernels: Kernels, geometry: Geometry, mask: Uint8Array): Connections {
  const bits = new Uint32Array(Math.ceil(mask.length / 32))
  kernels.packSpikes(Float32Array.from(mask), mask.length, bits)
  return kernels.connect(geometry, bits)
}

function addBias(y: Float32Array, bias: Float32Array, inner: number): void {
  for (let index = 0; index < y.length; index++) y[index]! += bias[Math.floor(index / inner) % bias.length]!
}
