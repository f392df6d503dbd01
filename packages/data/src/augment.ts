import { type Augment, createRandom } from '@snnx/ir'

/** Which part of an image is taken, whether it is mirrored left to right afterwards, and how far it is rolled at the end. */
export interface Window {
  /** Rows and columns from the image's corner; negative ones begin outside the image. */
  top: number
  left: number
  mirrored: boolean
  /** Rows and columns by which it is shifted; what goes out on one side comes in on the other. */
  down: number
  right: number
}

/** The window of one example in one epoch, from a stream of its own: a resumed epoch gives the same images. */
export function drawWindow({ crop, flip, roll = 0 }: Augment, seed: number, epoch: number, example: number): Window {
  const random = createRandom(seed, 'augment', epoch, example)
  const shift = (most: number) => random.below(2 * most + 1) - most
  const [top, left] = [shift(crop), shift(crop)]
  const mirrored = flip && random.below(2) === 1
  return { top, left, mirrored, ...(roll > 0 ? { down: shift(roll), right: shift(roll) } : { down: 0, right: 0 }) }
}

/**
 * Writes one channel of an image through its window, each byte as `table` has it; outside the image there are zero
 * bytes, as where an image is padded before it is normalised.
 * @param plane the channel's bytes, row by row
 */
export function copyWindow(
  plane: Uint8Array,
  width: number,
  { top, left, mirrored, down, right }: Window,
  table: Float32Array,
  target: Float32Array,
): void {
  const height = plane.length / width
  for (let row = 0; row < height; row++) {
    const from = row + top
    const to = wrap(row + down, height)
    for (let column = 0; column < width; column++) {
      const at = left + (mirrored ? width - 1 - column : column)
      const inside = from >= 0 && from < height && at >= 0 && at < width
      target[to * width + wrap(column + right, width)] = table[inside ? plane[from * width + at]! : 0]!
    }
  }
}

/** Where the window puts a pixel of the image: its place row by row, or -1 where it is cut off. */
export function placeInWindow(
  { top, left, mirrored, down, right }: Window,
  pixel: number,
  height: number,
  width: number,
): number {
  const row = Math.floor(pixel / width) - top
  const shifted = (pixel % width) - left
  const column = mirrored ? width - 1 - shifted : shifted
  if (row < 0 || row >= height || column < 0 || column >= width) return -1
  return wrap(row + down, height) * width + wrap(column + right, width)
}

function wrap(position: number, extent: number): number {
  return ((position % extent) + extent) % extent
}
