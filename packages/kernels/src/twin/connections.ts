import type { AdamStep, Connections, Geometry } from '../kernels.ts'
import { outputExtent } from './geometry.ts'
import { checkLength, wordsOf } from './lengths.ts'
import * as optimiser from './optimiser.ts'
import { expandSpikes } from './spikes.ts'

/** `Kernels.connect`. */
export function connect(geometry: Geometry, mask: Uint32Array): Connections {
  return new PlainConnections(geometry, mask)
}

/** Calls with the indices of input and output, of all images, that one weight connects. */
type Term = (input: number, output: number) => void

class PlainConnections implements Connections {
  readonly count: number
  readonly #geometry: Geometry
  readonly #size: number
  #index: Uint32Array | null
  readonly #values: Float32Array

  constructor(geometry: Geometry, mask: Uint32Array) {
    outputExtent(geometry)
    this.#geometry = geometry
    this.#size = geometry.channelsOut * geometry.channelsIn * geometry.kernel ** 2
    checkLength('the mask', mask, wordsOf(this.#size))
    const index: number[] = []
    for (let weight = 0; weight < this.#size; weight++)
      if ((mask[weight >>> 5]! >>> (weight & 31)) & 1) index.push(weight)
    this.#index = Uint32Array.from(index)
    this.#values = new Float32Array(index.length)
    this.count = index.length
  }

  load(weights: Float32Array): void {
    this.gather(weights, this.#values)
  }

  forward(geometry: Geometry, x: Float32Array, y: Float32Array): void {
    this.#checkLayer(geometry, x, y)
    const sums = new Float64Array(y.length)
    this.#lists.forEach((weight, connection) => {
      eachTerm(geometry, weight, (input, output) => {
        sums[output]! += this.#values[connection]! * x[input]!
      })
    })
    y.set(sums)
  }

  forwardSpikes(geometry: Geometry, bits: Uint32Array, y: Float32Array): void {
    this.forward(geometry, expand(geometry, bits), y)
  }

  toInput(geometry: Geometry, upstream: Float32Array, gradient: Float32Array): void {
    this.#checkLayer(geometry, gradient, upstream)
    const sums = new Float64Array(gradient.length)
    this.#lists.forEach((weight, connection) => {
      eachTerm(geometry, weight, (input, output) => {
        sums[input]! += this.#values[connection]! * upstream[output]!
      })
    })
    gradient.set(sums)
  }

  toWeights(geometry: Geometry, x: Float32Array, upstream: Float32Array, values: Float32Array): void {
    this.#checkLayer(geometry, x, upstream)
    checkLength('the values', values, this.count)
    this.#lists.forEach((weight, connection) => {
      let sum = 0
      eachTerm(geometry, weight, (input, output) => {
        sum += x[input]! * upstream[output]!
      })
      values[connection] = sum
    })
  }

  toWeightsFromSpikes(geometry: Geometry, bits: Uint32Array, upstream: Float32Array, values: Float32Array): void {
    this.toWeights(geometry, expand(geometry, bits), upstream, values)
  }

  scatter(values: Float32Array, dense: Float32Array): void {
    checkLength('the values', values, this.count)
    checkLength('the weights', dense, this.#size)
    dense.fill(0)
    this.#lists.forEach((weight, connection) => {
      dense[weight] = values[connection]!
    })
  }

  gather(dense: Float32Array, values: Float32Array): void {
    checkLength('the weights', dense, this.#size)
    checkLength('the values', values, this.count)
    this.#lists.forEach((weight, connection) => {
      values[connection] = dense[weight]!
    })
  }

  adam(step: AdamStep, weights: Float32Array, first: Float32Array, second: Float32Array, values: Float32Array): void {
    this.#descend([weights, first, second], values, ([w, m, v]) => optimiser.adam(step, w!, m!, v!, values))
  }

  sgd(momentum: number, rate: number, weights: Float32Array, first: Float32Array, values: Float32Array): void {
    this.#descend([weights, first], values, ([w, m]) => optimiser.sgd(momentum, rate, w!, m!, values))
  }

  dispose(): void {
    this.#index = null
  }

  /** Runs a step of the dense optimiser on the connections' part of weights and moments. */
  #descend(dense: Float32Array[], values: Float32Array, step: (compact: Float32Array[]) => void): void {
    checkLength('the values', values, this.count)
    const compact = dense.map((array) => {
      const part = new Float32Array(this.count)
      this.gather(array, part)
      return part
    })
    step(compact)
    dense.forEach((array, which) => {
      this.#lists.forEach((weight, connection) => {
        array[weight] = compact[which]![connection]!
      })
    })
  }

  get #lists(): Uint32Array {
    if (!this.#index) throw new Error('these connections are disposed of')
    return this.#index
  }

  /** @throws RangeError unless the geometry is that of `connect` but for its images, and the arrays fit it */
  #checkLayer(geometry: Geometry, x: Float32Array, y: Float32Array): void {
    for (const [key, extent] of Object.entries(this.#geometry))
      if (key !== 'images' && geometry[key as keyof Geometry] !== extent)
        throw new RangeError(`connections of ${JSON.stringify(this.#geometry)}, not of ${JSON.stringify(geometry)}`)
    const { images, channelsIn, height, width, channelsOut } = geometry
    const { outHeight, outWidth } = outputExtent(geometry)
    checkLength('the input', x, images * channelsIn * height * width)
    checkLength('the output', y, images * channelsOut * outHeight * outWidth)
  }
}

/** Spikes as zeros and ones. Those of a linear layer are packed along its features, those of images along their rows. */
function expand(geometry: Geometry, bits: Uint32Array): Float32Array {
  const { images, channelsIn, height, width, kernel, stride, padding } = geometry
  const isLinear = height * width * kernel * stride === 1 && padding === 0
  const values = new Float32Array(images * channelsIn * height * width)
  expandSpikes(bits, isLinear ? channelsIn : width, 1, values)
  return values
}

/** Every pair of input and output of the flat weight index `weight`. */
function eachTerm(geometry: Geometry, weight: number, term: Term): void {
  const { images, channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  const { outHeight, outWidth } = outputExtent(geometry)
  const tap = weight % kernel ** 2
  const channel = Math.floor(weight / kernel ** 2) % channelsIn
  const out = Math.floor(weight / kernel ** 2 / channelsIn)
  for (let image = 0; image < images; image++)
    for (let outRow = 0; outRow < outHeight; outRow++)
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const row = outRow * stride + Math.floor(tap / kernel) - padding
        const column = outColumn * stride + (tap % kernel) - padding
        if (row < 0 || row >= height || column < 0 || column >= width) continue
        term(
          ((image * channelsIn + channel) * height + row) * width + column,
          ((image * channelsOut + out) * outHeight + outRow) * outWidth + outColumn,
        )
      }
}
