import type { Pooling } from '../kernels.ts'
import { expandSpikes, packSpikes } from './spikes.ts'

/** The positions of the window along one axis. */
function extentOf(length: number, { size, stride, padding }: Pooling): number {
  return Math.floor((length + 2 * padding - size) / stride) + 1
}

/** Calls `visit` for every window with the pixels of it that lie inside the image, row by row. */
function forEachWindow(pooling: Pooling, visit: (output: number, pixels: readonly number[]) => void): void {
  const { planes, height, width, size, stride, padding } = pooling
  const [rows, columns] = [extentOf(height, pooling), extentOf(width, pooling)]
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

/** The first of the largest pixels. */
function largest(x: Float32Array, pixels: readonly number[]): number {
  return pixels.reduce((best, pixel) => (x[pixel]! > x[best]! ? pixel : best))
}

/** See `Kernels.maxPool`. */
export function maxPool(pooling: Pooling, x: Float32Array, y: Float32Array): void {
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
  gradient.fill(0)
  forEachWindow(pooling, (output, pixels) => {
    gradient[largest(x, pixels)]! += upstream[output]!
  })
}

/** See `Kernels.maxPoolSpikes`. */
export function maxPoolSpikes(pooling: Pooling, bits: Uint32Array, out: Uint32Array): void {
  const [rows, columns] = [extentOf(pooling.height, pooling), extentOf(pooling.width, pooling)]
  const y = new Float32Array(pooling.planes * rows * columns)
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
