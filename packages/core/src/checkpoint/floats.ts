import type { StoredTensor } from './safetensors.ts'

/**
 * The numbers of a stored tensor as float32: F32 as they are, the two half-precision types exactly (each of their numbers
 * is one of float32).
 * @returns null for a type that is no float of at most 32 bits
 */
export function toFloats({ dtype, bytes }: StoredTensor): Float32Array | null {
  // A file's tensors need not be aligned, so they are copied.
  const { buffer } = new Uint8Array(bytes)
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer)
    case 'BF16':
      // The upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer)
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), decodeHalf)
    default:
      return null
  }
}

/** IEEE 754 binary16: one sign bit, 5 of the exponent, 10 of the fraction. */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
