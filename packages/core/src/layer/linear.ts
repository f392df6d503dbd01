import { add, customGrad, matMul, reshape, type Tensor, type Tensor2D, transpose } from '@tensorflow/tfjs-core'

/**
 * y = x W^T, with its own gradient: gx = gy W, gW = gy^T x. Transposes are made before the product instead of by matMul's
 * flags, because tfjs's wasm backend has a fast kernel only for the plain product (12 times faster at 784 x 800).
 *
 * @param x `[..., inputs]`: any leading dimensions, such as `[steps, batch]`
 * @param weight `[outputs, inputs]`, a tensor of this step only: wasm caches the packed form by tensor
 * @param bias `[outputs]` or null
 * @param isData x is the network's input and needs no gradient, so none is computed
 * @returns `[..., outputs]`
 */
export function applyLinear(x: Tensor, weight: Tensor, bias: Tensor | null, isData: boolean): Tensor {
  const [outputs, inputs] = weight.shape as [number, number]
  const rows = reshape(x, [-1, inputs]) as Tensor2D
  const op = customGrad((...all: unknown[]) => {
    const weight = (isData ? all[0] : all[1]) as Tensor2D
    const save = all.at(-1) as (tensors: Tensor[]) => void
    save([rows, weight])
    const gradFunc = (dy: Tensor, [rows, weight]: Tensor2D[]) => {
      const toWeight = matMul(transpose(dy as Tensor2D), rows!)
      return isData ? [toWeight] : [matMul(dy as Tensor2D, weight!), toWeight]
    }
    return { value: multiplyTransposed(rows, weight), gradFunc: gradFunc as never }
  })
  const flat = isData ? op(weight) : op(rows, weight)
  return reshape(bias ? add(flat, bias) : flat, [...x.shape.slice(0, -1), outputs])
}

/** x W^T. The right operand is the one that gets repacked at each call, so the smaller one stands there. */
function multiplyTransposed(rows: Tensor2D, weight: Tensor2D): Tensor {
  if (rows.shape[0] < weight.shape[0]) return transpose(matMul(weight, transpose(rows)))
  return matMul(rows, transpose(weight))
}
