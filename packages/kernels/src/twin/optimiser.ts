import type { AdamStep } from '../kernels.ts'
import { checkLength } from './lengths.ts'

const { fround, sqrt } = Math

/** Each operation is rounded to a float, as tensors of floats round it. */
export function adam(
  { beta1, beta2, rate, epsilon }: AdamStep,
  weights: Float32Array,
  first: Float32Array,
  second: Float32Array,
  gradient: Float32Array,
): void {
  for (const [name, array] of Object.entries({ weights, first, second })) checkLength(name, array, gradient.length)
  const [b1, rest1, b2, rest2] = [fround(beta1), fround(1 - beta1), fround(beta2), fround(1 - beta2)]
  const [step, floor] = [fround(rate), fround(epsilon)]
  for (let index = 0; index < gradient.length; index++) {
    const g = gradient[index]!
    const m = fround(fround(first[index]! * b1) + fround(g * rest1))
    const v = fround(fround(second[index]! * b2) + fround(fround(g * g) * rest2))
    const direction = fround(m / fround(fround(sqrt(v)) + floor))
    weights[index]! -= fround(direction * step)
    first[index] = m
    second[index] = v
  }
}

export function sgd(
  momentum: number,
  rate: number,
  weights: Float32Array,
  first: Float32Array,
  gradient: Float32Array,
): void {
  for (const [name, array] of Object.entries({ weights, first })) checkLength(name, array, gradient.length)
  const [keep, step] = [fround(momentum), fround(rate)]
  for (let index = 0; index < gradient.length; index++) {
    const m = fround(fround(first[index]! * keep) + gradient[index]!)
    weights[index]! -= fround(m * step)
    first[index] = m
  }
}
