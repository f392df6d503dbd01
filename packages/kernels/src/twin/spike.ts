import type { Geometry } from '../kernels.ts'

/** `Kernels.spikeForward`: every spike adds the weights of its channel to the outputs under the kernel. */
export function spikeForward(geometry: Geometry, bits: Uint32Array, weights: Float32Array, y: Float32Array): void {
  checkLengths(geometry, bits, weights, y)
  y.fill(0)
  eachProduct(geometry, bits, (weight, output) => {
    y[output]! += weights[weight]!
  })
}

/** `Kernels.spikeToWeights`: every spike adds the upstream of the outputs under the kernel to the weights of its channel. */
export function spikeToWeights(
  geometry: Geometry,
  bits: Uint32Array,
  upstream: Float32Array,
  gradient: Float32Array,
): void {
  checkLengths(geometry, bits, gradient, upstream)
  gradient.fill(0)
  eachProduct(geometry, bits, (weight, output) => {
    gradient[weight]! += upstream[output]!
  })
}

/** Calls with the indices of weight and output of every product whose other factor is a spike. */
function eachProduct(geometry: Geometry, bits: Uint32Array, product: (weight: number, output: number) => void): void {
  const { channelsIn, channelsOut, kernel, stride, padding } = geometry
  const { outHeight, outWidth } = extents(geometry)
  eachSpike(geometry, bits, (image, channel, row, column) => {
    for (let tapRow = 0; tapRow < kernel; tapRow++) {
      const outRow = (row + padding - tapRow) / stride
      if (!Number.isInteger(outRow) || outRow < 0 || outRow >= outHeight) continue
      for (let tapColumn = 0; tapColumn < kernel; tapColumn++) {
        const outColumn = (column + padding - tapColumn) / stride
        if (!Number.isInteger(outColumn) || outColumn < 0 || outColumn >= outWidth) continue
        for (let out = 0; out < channelsOut; out++)
          product(
            ((out * channelsIn + channel) * kernel + tapRow) * kernel + tapColumn,
            ((image * channelsOut + out) * outHeight + outRow) * outWidth + outColumn,
          )
      }
    }
  })
}

/** Calls with the place of every bit that is set. */
function eachSpike(
  geometry: Geometry,
  bits: Uint32Array,
  spike: (image: number, channel: number, row: number, column: number) => void,
): void {
  const { channelsIn, height } = geometry
  const { row } = extents(geometry)
  const words = Math.ceil(row / 32)
  for (let index = 0; index < bits.length; index++) {
    const line = Math.floor(index / words)
    for (let lane = 0; lane < 32; lane++) {
      if (((bits[index]! >>> lane) & 1) === 0) continue
      const place = (index % words) * 32 + lane
      if (isLinear(geometry)) spike(line, place, 0, 0)
      else spike(Math.floor(line / (channelsIn * height)), Math.floor(line / height) % channelsIn, line % height, place)
    }
  }
}

/** Spikes of a linear layer are packed along its features, those of images along their rows of pixels. */
function isLinear({ height, width, kernel, stride, padding }: Geometry): boolean {
  return height === 1 && width === 1 && kernel === 1 && stride === 1 && padding === 0
}

function extents(geometry: Geometry): { row: number; rows: number; outHeight: number; outWidth: number } {
  const { images, channelsIn, height, width, kernel, stride, padding } = geometry
  return {
    row: isLinear(geometry) ? channelsIn : width,
    rows: isLinear(geometry) ? images : images * channelsIn * height,
    outHeight: Math.floor((height + 2 * padding - kernel) / stride) + 1,
    outWidth: Math.floor((width + 2 * padding - kernel) / stride) + 1,
  }
}

function checkLengths(geometry: Geometry, bits: Uint32Array, weights: Float32Array, output: Float32Array): void {
  const { images, channelsIn, channelsOut, kernel, stride } = geometry
  const { row, rows, outHeight, outWidth } = extents(geometry)
  if (Math.min(channelsIn, channelsOut, kernel, stride) < 1)
    throw new RangeError(`empty geometry ${JSON.stringify(geometry)}`)
  if (Math.min(outHeight, outWidth) < 1)
    throw new RangeError(`the kernel does not fit into the image: ${JSON.stringify(geometry)}`)
  for (const [what, found, expected] of [
    ['words of spikes', bits.length, rows * Math.ceil(row / 32)],
    ['weights', weights.length, channelsOut * channelsIn * kernel * kernel],
    ['outputs', output.length, images * channelsOut * outHeight * outWidth],
  ] as const)
    if (found !== expected)
      throw new RangeError(`${found} ${what} instead of ${expected} for ${JSON.stringify(geometry)}`)
}
