import { type Augment, type Batch, count, type Examples } from '@snnx/ir'
import { drawWindow, placeInWindow } from '../augment.ts'
import { arrange } from '../examples.ts'
import { unpackFrames } from './pack.ts'
import type { Recordings } from './recordings.ts'

/**
 * The recordings at `picks`, in that order, as frames of counts: `inputs` of a batch is `[frames, size, ...shape]`.
 * @param augment how all frames of a recording are varied wherever they are drawn in an epoch's order
 */
export function selectRecordings(
  { packed, labels, frames, shape, classes }: Recordings,
  picks: Uint32Array,
  augment: Augment | null = null,
): Examples {
  const pixels = count(shape)
  const [height, width] = shape.slice(-2) as [number, number]
  const plane = height * width
  function* batches(size: number, order: { seed: number; epoch: number } | null, from = 0): Generator<Batch> {
    const drawn = arrange(picks, order)
    const most = Math.min(size, drawn.length)
    const inputs = new Float32Array(frames * most * pixels)
    const targets = new Uint8Array(most)
    for (let start = from * size; start < drawn.length; start += size) {
      const filled = Math.min(size, drawn.length - start)
      inputs.fill(0)
      for (let row = 0; row < filled; row++) {
        const example = drawn[start + row]!
        const window = order === null || augment === null ? null : drawWindow(augment, order.seed, order.epoch, example)
        unpackFrames(packed[example]!, (place, counted) => {
          const frame = Math.floor(place / pixels)
          const origin = (frame * filled + row) * pixels
          const at = place - frame * pixels
          if (window === null) {
            inputs[origin + at] = counted
            return
          }
          const pixel = at % plane
          const to = placeInWindow(window, pixel, height, width)
          if (to >= 0) inputs[origin + at - pixel + to] = counted
        })
        targets[row] = labels[example]!
      }
      yield {
        inputs: inputs.subarray(0, frames * filled * pixels),
        labels: targets.subarray(0, filled),
        size: filled,
      }
    }
  }
  return { count: picks.length, shape, classes, frames, batches }
}
