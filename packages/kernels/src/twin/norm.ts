import type { Affine } from '../kernels.ts'
import { checkLength, rowsOf } from './lengths.ts'

const f = Math.fround

/** See `Kernels.channelMoments`: two passes in double precision. */
export function channelMoments(
  x: Float32Array,
  channels: number,
  inner: number,
  mean: Float64Array,
  variance: Float64Array,
): void {
  checkLength('mean', mean, channels)
  checkLength('variance', variance, channels)
  const count = rowsOf(x.length, channels * inner) * inner
  mean.fill(0)
  variance.fill(0)
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    let sum = 0
    for (let index = from; index < from + inner; index++) sum += x[index]!
    mean[block % channels]! += sum / count
  }
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    const centre = mean[block % channels]!
    let sum = 0
    for (let index = from; index < from + inner; index++) sum += (x[index]! - centre) ** 2
    variance[block % channels]! += sum / count
  }
}

/** See `Kernels.affine`. */
export function affine(x: Float32Array, { scale, shift, inner }: Affine, y: Float32Array): void {
  checkLength('shift', shift, scale.length)
  checkLength('y', y, rowsOf(x.length, scale.length * inner) * scale.length * inner)
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    const [factor, offset] = [scale[block % scale.length]!, shift[block % scale.length]!]
    for (let index = from; index < from + inner; index++) y[index] = f(factor * x[index]!) + offset
  }
}

/** See `Kernels.channelSums`. */
export function channelSums(
  x: Float32Array,
  gradient: Float32Array,
  channels: number,
  inner: number,
  sums: Float64Array,
): void {
  checkLength('gradient', gradient, rowsOf(x.length, channels * inner) * channels * inner)
  checkLength('sums', sums, 2 * channels)
  sums.fill(0)
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    const channel = block % channels
    let [sum, product] = [0, 0]
    for (let index = from; index < from + inner; index++) {
      sum += gradient[index]!
      product += gradient[index]! * x[index]!
    }
    sums[channel]! += sum
    sums[channels + channel]! += product
  }
}

/** See `Kernels.normBackward`. */
export function normBackward(
  x: Float32Array,
  gradient: Float32Array,
  inner: number,
  a: Float32Array,
  b: Float32Array,
  d: Float32Array,
  out: Float32Array,
): void {
  for (const [name, array] of Object.entries({ b, d })) checkLength(name, array, a.length)
  for (const [name, array] of Object.entries({ gradient, out })) {
    checkLength(name, array, rowsOf(x.length, a.length * inner) * a.length * inner)
  }
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    const channel = block % a.length
    const [factor, slope, offset] = [a[channel]!, b[channel]!, d[channel]!]
    for (let index = from; index < from + inner; index++) {
      out[index] = f(f(factor * gradient[index]!) + f(slope * x[index]!)) + offset
    }
  }
}
