import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { bitsOf, memoryOf } from '../backend/memory.ts'

export const MASK_BOTTOM = 'SnnxMaskBottom'
export const SCALE_MASKED = 'SnnxScaleMasked'
export const SCALE_COLUMNS = 'SnnxScaleColumns'

/**
 * Inputs `w0..wn`, attributes `s` and `guess` (a threshold near the answer); outputs the masks and what was found as
 * `[energy, total, next, threshold]`.
 */
export const maskBottom: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = memoryOf(backend)
  const { s, guess } = attrs as unknown as { s: number; guess: number }
  const tensors = Object.keys(inputs).map((_, index) => inputs[`w${index}`] as TensorInfo)
  const sizes = tensors.map(({ shape }) => shape.reduce((product, size) => product * size, 1))
  const masks = tensors.map(({ shape }, index) => memory.allocateSpikes(shape, sizes[index]!))
  const stats = memory.allocate([4])
  const found = memory.kernels.maskBottom(
    tensors.map((tensor) => memory.floats(tensor)),
    s,
    masks.map(({ bits }) => bits),
    guess,
  )
  for (const mask of masks) mask.done(memory.kernels.countSpikes(mask.bits))
  memory.floats(stats).set([found.energy, found.total, found.next, found.threshold])
  return [...masks.map(({ info }) => info), stats]
}

/** Inputs `w` and `mask`, attribute `factor`; output w where the mask is 1, factor w where it is 0. */
export const scaleMasked: KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = memoryOf(backend)
  const [w, mask] = [inputs.w as TensorInfo, inputs.mask as TensorInfo]
  const scaled = memory.takeOver(w, true)
  const values = memory.floats(scaled)
  memory.kernels.shrinkMasked(
    values,
    bitsOf(memory, mask, values.length),
    (attrs as unknown as { factor: number }).factor,
  )
  return scaled
}

/** Inputs `w` `[outputs, ...]` and `factors`, one for each column of a row of w; output w times its column's factor. */
export const scaleColumns: KernelFunc = ({ inputs, backend }) => {
  const memory = memoryOf(backend)
  const [w, factors] = [inputs.w as TensorInfo, inputs.factors as TensorInfo]
  const scaled = memory.allocate(w.shape)
  memory.kernels.scaleColumns(memory.floats(w), memory.floats(factors), memory.floats(scaled))
  return scaled
}
