import { type ConvLayer, type LayerFlow, type LinearLayer, listTaps } from '@snnx/ir'

/** How many of a layer's weights there are, and how often one of them was reached by a non-zero input. */
export interface Reached {
  kept: number
  synops: number
}

/**
 * Counts the weights that non-zero inputs reach.
 *
 * @param weights how many the layer has
 * @param mask non-zero = kept, `[outputs, columns]`; without one all are kept
 * @param uses per column, how often one of its weights was reached
 */
export function countReached(weights: number, mask: ArrayLike<number> | undefined, uses: Float64Array): Reached {
  let kept = 0
  let synops = 0
  for (let from = 0; from < weights; from += uses.length) {
    for (let column = 0; column < uses.length; column++) {
      if (mask && !mask[from + column]) continue
      kept++
      synops += uses[column]!
    }
  }
  return { kept, synops }
}

/**
 * How often one weight of each column was reached. A linear layer's weight is reached by its input unit; a convolution's
 * weight at tap (r, c) by every pixel of its input channel from which the window has a position at that tap: pixels at the
 * border reach fewer. The padding is no input.
 *
 * @param active per input unit, how often it was not zero
 * @returns per column: `[inputs]`, or `[inputs * kernel * kernel]`
 */
export function countUses(
  { layer, input, output }: LayerFlow & { layer: LinearLayer | ConvLayer },
  active: Float64Array,
): Float64Array {
  return layer.kind === 'linear' ? active : countTaps(layer, input, output, active)
}

/** Per input channel and tap: how often a non-zero pixel met it. */
function countTaps(
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
