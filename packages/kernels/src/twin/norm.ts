import type { Affine } from '../kernels.ts'

/** See `Kernels.channelMoments`: two passes in double precision. */
export function channelMoments(
  x: Float32Array,
  channels: number,
  inner: number,
  mean: Float64Array,
  variance: Float64Array,
): void {
  const count = x.length / channels
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
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    const [factor, offset] = [scale[block % scale.length]!, shift[block % scale.length]!]
    for (let index = from; index < from + inner; index++) y[index] = Math.fround(factor * x[index]!) + offset
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
  for (let from = 0, block = 0; from < x.length; from += inner, block++) {
    const channel = block % a.length
    const [factor, slope, offset] = [a[channel]!, b[channel]!, d[channel]!]
    for (let index = from; index < from + inner; index++) {
      out[index] = factor * gradient[index]! + slope * x[index]! + offset
    }
  }
}
