import type { Geometry } from '@snnx/kernels'
import {
  conv2d,
  conv2dTranspose,
  customGrad,
  matMul,
  pad,
  reshape,
  reverse,
  slice,
  stack,
  stridedSlice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core'

/**
 * y = conv(x, W), composed of tfjs's ops for the backends without a kernel of ours. They want channels last, and not all of
 * them have a gradient to the filter, so it is made of one product per tap.
 *
 * @param x `[..., channelsIn, height, width]`
 * @param weight `[channelsOut, channelsIn, kernel, kernel]`
 * @returns `[..., channelsOut, outHeight, outWidth]`
 */
export function applyConvolution(x: Tensor, weight: Tensor, geometry: Geometry, isData: boolean): Tensor {
  const op = customGrad((...all: unknown[]) => {
    const save = all.pop() as (tensors: Tensor[]) => void
    const [weight, input = x] = all as [Tensor4D, Tensor | undefined]
    const images = channelsLast(input, geometry)
    save([weight, images])
    const filter = transpose(weight, [2, 3, 1, 0])
    const y = transpose(conv2d(images, filter, geometry.stride, 'valid'), [0, 3, 1, 2])
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [weight, images] = saved as [Tensor4D, Tensor4D]
      const upstream = transpose(reshape(dy, y.shape), [0, 2, 3, 1]) as Tensor4D
      const toWeights = toFilter(images, upstream, geometry)
      return isData ? [toWeights] : [toWeights, reshape(toImages(upstream, weight, geometry), input.shape)]
    }
    return { value: reshape(y, [...x.shape.slice(0, -3), ...y.shape.slice(1)]), gradFunc: gradFunc as never }
  })
  return isData ? op(weight) : op(weight, x)
}

/** Channels last and padded: tfjs-node knows no padding by numbers. */
function channelsLast(x: Tensor, { channelsIn, height, width, padding }: Geometry): Tensor4D {
  return padImages(transpose(reshape(x, [-1, channelsIn, height, width]), [0, 2, 3, 1]) as Tensor4D, padding)
}

function padImages(images: Tensor4D, padding: number): Tensor4D {
  const sides: [number, number] = [padding, padding]
  return padding === 0 ? images : pad(images, [[0, 0], sides, sides, [0, 0]])
}

/** gW[o, i, r, c] = the sum over images and positions of x at that tap times gy: a product per tap. */
function toFilter(padded: Tensor4D, upstream: Tensor4D, geometry: Geometry): Tensor {
  const { kernel, stride, channelsIn, channelsOut } = geometry
  const [count, height, width] = upstream.shape
  const rows = reshape(upstream, [-1, channelsOut]) as Tensor2D
  const taps: Tensor[] = []
  for (let row = 0; row < kernel; row++) {
    for (let column = 0; column < kernel; column++) {
      const end = [count, row + (height - 1) * stride + 1, column + (width - 1) * stride + 1, channelsIn]
      const seen = stridedSlice(padded, [0, row, column, 0], end, [1, stride, stride, 1])
      taps.push(matMul(transpose(reshape(seen, [-1, channelsIn]) as Tensor2D), rows))
    }
  }
  const stacked = reshape(stack(taps), [kernel, kernel, channelsIn, channelsOut])
  return transpose(stacked, [3, 2, 0, 1])
}

/** gx: for stride 1 a convolution with the turned filter (the backends' fast kernel), else the transposed one. */
function toImages(upstream: Tensor4D, weight: Tensor4D, geometry: Geometry): Tensor {
  const { kernel, stride, padding, height, width, channelsIn } = geometry
  const turn = kernel - 1 - padding
  if (stride === 1 && turn >= 0) {
    const filter = transpose(reverse(weight, [2, 3]), [2, 3, 0, 1]) as Tensor4D
    return transpose(conv2d(padImages(upstream, turn), filter, 1, 'valid'), [0, 3, 1, 2])
  }
  const filter = transpose(weight, [2, 3, 1, 0]) as Tensor4D
  const shape: [number, number, number, number] = [
    upstream.shape[0],
    height + 2 * padding,
    width + 2 * padding,
    channelsIn,
  ]
  const padded = conv2dTranspose(upstream, filter, shape, stride, 'valid')
  const inside = slice(padded, [0, padding, padding, 0], [shape[0], height, width, channelsIn])
  return transpose(inside, [0, 3, 1, 2])
}
