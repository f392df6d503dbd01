import type { Geometry } from '../kernels.ts'
import { outputExtent } from './geometry.ts'
import { checkLength } from './lengths.ts'

/** `Kernels.denseForward`, by the definition, Winograd or not; sums in double precision. */
export function denseForward(
  geometry: Geometry,
  _winograd: boolean,
  x: Float32Array,
  weights: Float32Array,
  y: Float32Array,
): void {
  checkLengths(geometry, x, weights, y)
  const sums = new Float64Array(y.length)
  eachTerm(geometry, (input, weight, output) => {
    sums[output]! += x[input]! * weights[weight]!
  })
  y.set(sums)
}

/** `Kernels.denseToInput`: every output hands its gradient back along its terms. */
export function denseToInput(
  geometry: Geometry,
  _winograd: boolean,
  upstream: Float32Array,
  weights: Float32Array,
  gradient: Float32Array,
): void {
  checkLengths(geometry, gradient, weights, upstream)
  const sums = new Float64Array(gradient.length)
  eachTerm(geometry, (input, weight, output) => {
    sums[input]! += upstream[output]! * weights[weight]!
  })
  gradient.set(sums)
}

/** `Kernels.denseToWeights`. */
export function denseToWeights(
  geometry: Geometry,
  x: Float32Array,
  upstream: Float32Array,
  gradient: Float32Array,
): void {
  checkLengths(geometry, x, gradient, upstream)
  const sums = new Float64Array(gradient.length)
  eachTerm(geometry, (input, weight, output) => {
    sums[weight]! += x[input]! * upstream[output]!
  })
  gradient.set(sums)
}

/** Calls with the indices of input, weight and output of every product that is a term of the convolution. */
function eachTerm(geometry: Geometry, term: (input: number, weight: number, output: number) => void): void {
  const { images, channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  const { outHeight, outWidth } = outputExtent(geometry)
  let output = 0
  for (let image = 0; image < images; image++)
    for (let out = 0; out < channelsOut; out++)
      for (let outRow = 0; outRow < outHeight; outRow++)
        for (let outColumn = 0; outColumn < outWidth; outColumn++, output++)
          for (let channel = 0; channel < channelsIn; channel++)
            for (let tap = 0; tap < kernel * kernel; tap++) {
              const row = outRow * stride + Math.floor(tap / kernel) - padding
              const column = outColumn * stride + (tap % kernel) - padding
              if (row < 0 || row >= height || column < 0 || column >= width) continue
              const input = ((image * channelsIn + channel) * height + row) * width + column
              term(input, (out * channelsIn + channel) * kernel * kernel + tap, output)
            }
}

function checkLengths(geometry: Geometry, x: Float32Array, weights: Float32Array, y: Float32Array): void {
  const { images, channelsIn, height, width, channelsOut, kernel } = geometry
  const { outHeight, outWidth } = outputExtent(geometry)
  checkLength('the input', x, images * channelsIn * height * width)
  checkLength('the weights', weights, channelsOut * channelsIn * kernel * kernel)
  checkLength('the output', y, images * channelsOut * outHeight * outWidth)
}
