import type { Pooling } from '../kernels.ts'
import { checkLength } from './lengths.ts'
import { expandSpikes, packSpikes } from './spikes.ts'

/** The shape that comes out. @throws RangeError when no window fits, or one lies in the padding alone */
function outputOf(pooling: Pooling): { rows: number; columns: number; size: number } {
  const { planes, height, width, size, stride, padding } = pooling
  const of = (length: number) => Math.floor((length + 2 * padding - size) / stride) + 1
  const [rows, columns] = [of(height), of(width)]
  const sound = Math.min(height, width, size, stride, rows, columns) > 0 && padding < size
  if (!sound) throw new RangeError(`no window fits: ${JSON.stringify(pooling)}`)
  return { rows, columns, size: planes * rows * columns }
}

/** Calls `visit` for every window with the pixels of it that lie inside the image, row by row. */
function forEachWindow(pooling: Pooling, visit: (output: number, pixels: readonly number[]) => void): void {
  const { planes, height, width, size, stride, padding } = pooling
  const { rows, columns } = outputOf(pooling)
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const pixels: number[] = []
        for (let y = row * stride - padding; y < row * stride - padding + size; y++) {
          for (let x = column * stride - padding; x < column * stride - padding + size; x++) {
            if (y >= 0 && y < height && x >= 0 && x < width) pixels.push((plane * height + y) * width + x)
          }
        }
        visit((plane * rows + row) * columns + column, pixels)
      }
    }
  }
}

/** @throws RangeError unless the arrays before and after the pooling are as long as it says */
function checkBoth(pooling: Pooling, before: Float32Array, after: Float32Array): void {
  checkLength('what is pooled', before, pooling.planes * pooling.height * pooling.width)
  checkLength('what is left', after, outputOf(pooling).size)
}

/** The first of the largest pixels, or one that is NaN. */
function largest(x: Float32Array, pixels: readonly number[]): number {
  return pixels.reduce((best, pixel) => (x[pixel]! > x[best]! || Number.isNaN(x[pixel]) ? pixel : best))
}

/** See `Kernels.maxPool`. */
export function maxPool(pooling: Pooling, x: Float32Array, y: Float32Array): void {
  checkBoth(pooling, x, y)
  forEachWindow(pooling, (output, pixels) => {
    y[output] = x[largest(x, pixels)]!
  })
}

/** See `Kernels.maxPoolBackward`. */
export function maxPoolBackward(
  pooling: Pooling,
  x: Float32Array,
  upstream: Float32Array,
  gradient: Float32Array,
): void {
  checkLength('x', x, gradient.length)
  checkBoth(pooling, gradient, upstream)
  gradient.fill(0)
  forEachWindow(pooling, (output, pixels) => {
    gradient[largest(x, pixels)]! += upstream[output]!
  })
}

/** See `Kernels.maxPoolSpikes`. */
export function maxPoolSpikes(pooling: Pooling, bits: Uint32Array, out: Uint32Array): void {
  const { columns, size } = outputOf(pooling)
  const y = new Float32Array(size)
  maxPool(pooling, floatsOf(pooling, bits), y)
  packSpikes(y, columns, out)
}

/** See `Kernels.maxPoolSpikesBackward`. */
export function maxPoolSpikesBackward(
  pooling: Pooling,
  bits: Uint32Array,
  upstream: Float32Array,
  gradient: Float32Array,
): void {
  maxPoolBackward(pooling, floatsOf(pooling, bits), upstream, gradient)
}

/** See `Kernels.averagePool`. */
export function averagePool(pooling: Pooling, x: Float32Array, y: Float32Array): void {
  checkBoth(pooling, x, y)
  forEachWindow(pooling, (output, pixels) => {
    y[output] = pixels.reduce((sum, pixel) => sum + x[pixel]!, 0) / pooling.size ** 2
  })
}

/** See `Kernels.averagePoolSpikes`. */
export function averagePoolSpikes(pooling: Pooling, bits: Uint32Array, y: Float32Array): void {
  averagePool(pooling, floatsOf(pooling, bits), y)
}

/** See `Kernels.averagePoolBackward`. */
export function averagePoolBackward(pooling: Pooling, upstream: Float32Array, gradient: Float32Array): void {
  checkBoth(pooling, gradient, upstream)
  gradient.fill(0)
  forEachWindow(pooling, (output, pixels) => {
    for (const pixel of pixels) gradient[pixel]! += upstream[output]! / pooling.size ** 2
  })
}

function floatsOf({ planes, height, width }: Pooling, bits: Uint32Array): Float32Array {
  const values = new Float32Array(planes * height * width)
  expandSpikes(bits, width, 1, values)
  return values
}
