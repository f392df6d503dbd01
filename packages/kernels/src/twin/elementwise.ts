import { checkLength, rowsOf } from './lengths.ts'

/** See `Kernels.add`. */
export function add(a: Float32Array, b: Float32Array, sum: Float32Array): void {
  for (const [name, array] of Object.entries({ b, sum })) checkLength(name, array, a.length)
  for (let index = 0; index < sum.length; index++) sum[index] = a[index]! + b[index]!
}

/** See `Kernels.andSpikes`. */
export function andSpikes(a: Uint32Array, b: Uint32Array, out: Uint32Array): void {
  checkLength('out', out, a.length)
  if (a.length > 0) rowsOf(a.length, b.length)
  for (let index = 0; index < out.length; index++) out[index] = a[index]! & b[index % b.length]!
}

/** See `Kernels.scale`. */
export function scale(x: Float32Array, factor: number): void {
  const by = Math.fround(factor)
  for (let index = 0; index < x.length; index++) x[index]! *= by
}

/** See `Kernels.isFinite`. */
function allFinite(x: Float32Array): boolean {
  return x.every(Number.isFinite)
}

export { allFinite as isFinite }
