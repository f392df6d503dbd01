/** How a square window moves over an image: a convolution's, or a pool's. A linear layer's image is one pixel. */
export interface Window {
  /** Height and width of the image. */
  input: readonly [number, number]
  /** Positions of the window. */
  output: readonly [number, number]
  kernel: readonly [number, number]
  stride: number
  padding: number
}

/** The positions at which one tap of the window lies inside the image, and where it lies then. */
export interface Tap {
  /** How many pairs of a pixel and a position meet at this tap. */
  pairs: number
  /** Visits them: flat indices of the pixel and of the position; stops where `visit` returns true. */
  each(visit: (pixel: number, position: number) => boolean | undefined): void
}

/** The taps of a window, row by row. */
export function listTaps({ input, output, kernel, stride, padding }: Window): Tap[] {
  const rangeOf = (tap: number, axis: 0 | 1) => {
    const first = Math.max(0, Math.ceil((padding - tap) / stride))
    const last = Math.min(output[axis] - 1, Math.floor((input[axis] - 1 + padding - tap) / stride))
    return [first, Math.max(first, last + 1)] as const
  }
  const taps: Tap[] = []
  for (let row = 0; row < kernel[0]; row++) {
    const [top, bottom] = rangeOf(row, 0)
    for (let column = 0; column < kernel[1]; column++) {
      const [left, right] = rangeOf(column, 1)
      taps.push({
        pairs: (bottom - top) * (right - left),
        each(visit) {
          for (let y = top; y < bottom; y++) {
            const pixels = (y * stride + row - padding) * input[1] + column - padding
            for (let x = left; x < right; x++) {
              if (visit(pixels + x * stride, y * output[1] + x)) return
            }
          }
        },
      })
    }
  }
  return taps
}
