import { type ConvLayer, type LayerFlow, type LinearLayer, listTaps } from '@snnx/ir'

/** How many of a layer's weights there are, and how often one of them was reached by a non-zero input. */
export interface Reached {
  kept: number
  synops: number
}

/**
 * Counts the weights that non-zero inputs reach. A linear layer's weight is reached by its input unit; a convolution's weight
 * at tap (r, c) by every pixel of its input channel from which the window has a position at that tap: pixels at the border
 * reach fewer. The padding is no input.
 *
 * @param mask non-zero = kept, `[outputs, inputs]` or `[outputs, inputs, kernel, kernel]`; without one all are kept
 * @param active per input unit, how often it was not zero
 */
export function countReached(
  { layer, input, output }: LayerFlow & { layer: LinearLayer | ConvLayer },
  mask: ArrayLike<number> | undefined,
  active: Float64Array,
): Reached {
  const outputs = layer.kind === 'linear' ? layer.features : layer.channels
  const uses = layer.kind === 'linear' ? active : countUses(layer, input, output, active)
  let kept = 0
  let synops = 0
  for (let of = 0; of < outputs; of++) {
    for (let index = 0; index < uses.length; index++) {
      if (mask && !mask[of * uses.length + index]) continue
      kept++
      synops += uses[index]!
    }
  }
  return { kept, synops }
}

/** Per input channel and tap: how often a non-zero pixel met it. */
function countUses(
  { kernel, stride, padding }: ConvLayer,
  input: readonly number[],
  output: readonly number[],
  active: Float64Array,
): Float64Array {
  const [channels, height, width] = input as [number, number, number]
  const [, outHeight, outWidth] = output as [number, number, number]
  const window = {
    input: [height, width],
    output: [outHeight, outWidth],
    kernel: [kernel, kernel],
    stride,
    padding,
  } as const
  const taps = listTaps(window)
  const uses = new Float64Array(channels * taps.length)
  for (let channel = 0; channel < channels; channel++) {
    const first = channel * height * width
    for (const [tap, { each }] of taps.entries()) {
      each((pixel) => {
        uses[channel * taps.length + tap]! += active[first + pixel]!
        return false
      })
    }
  }
  return uses
}
