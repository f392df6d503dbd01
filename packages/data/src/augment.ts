import { type Augment, createRandom } from '@snnx/ir'

/** Which part of an image is taken, and whether it is mirrored left to right afterwards. */
export interface Window {
  /** Rows and columns from the image's corner; negative ones begin outside the image. */
  top: number
  left: number
  mirrored: boolean
}

/** The window of one example in one epoch, from a stream of its own: a resumed epoch gives the same images. */
export function drawWindow({ crop, flip }: Augment, seed: number, epoch: number, example: number): Window {
  const random = createRandom(seed, 'augment', epoch, example)
  const [top, left] = [random.below(2 * crop + 1) - crop, random.below(2 * crop + 1) - crop]
  return { top, left, mirrored: flip && random.below(2) === 1 }
}

/**
 * Writes one channel of an image through its window, each byte as `table` has it; outside the image there are zero
 * bytes, as where an image is padded before it is normalised.
 * @param plane the channel's bytes, row by row
 */
export function copyWindow(
  plane: Uint8Array,
  width: number,
  { top, left, mirrored }: Window,
  table: Float32Array,
  target: Float32Array,
): void {
  const height = plane.length / width
  for (let row = 0; row < height; row++) {
    const from = row + top
    for (let column = 0; column < width; column++) {
      const at = left + (mirrored ? width - 1 - column : column)
      const inside = from >= 0 && from < height && at >= 0 && at < width
      target[row * width + column] = table[inside ? plane[from * width + at]! : 0]!
    }
  }
}
