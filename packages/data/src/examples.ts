import { type Augment, type Batch, count, createRandom, type Examples, shuffle } from '@snnx/ir'
import { copyWindow, drawWindow } from './augment.ts'
import type { Images } from './images.ts'

/** x = (byte / 255 - mean) / std for each byte, rounded to float32 after every operation, as torch and numpy do. */
export function normalisation(mean: number, std: number): Float32Array {
  const { fround } = Math
  return Float32Array.from({ length: 256 }, (_, byte) => fround(fround(byte / 255) - fround(mean)) / fround(std))
}

/**
 * The examples at `picks`, in that order, normalised as they are drawn.
 * @param tables what each byte becomes, a table of 256 for each channel
 * @param augment how images are varied wherever they are drawn in an epoch's order
 */
export function selectExamples(
  stored: Images,
  picks: Uint32Array,
  tables: readonly Float32Array[],
  augment: Augment | null = null,
): Examples {
  const { images, labels, shape, classes } = stored
  const pixels = count(shape)
  const plane = pixels / tables.length
  function* batches(size: number, order: { seed: number; epoch: number } | null, from = 0): Generator<Batch> {
    const drawn = arrange(picks, order)
    const inputs = new Float32Array(Math.min(size, drawn.length) * pixels)
    const targets = new Uint8Array(Math.min(size, drawn.length))
    for (let start = from * size; start < drawn.length; start += size) {
      const filled = Math.min(size, drawn.length - start)
      for (let row = 0; row < filled; row++) {
        const example = drawn[start + row]!
        const window = order === null || augment === null ? null : drawWindow(augment, order.seed, order.epoch, example)
        for (const [channel, table] of tables.entries()) {
          const origin = example * pixels + channel * plane
          const place = row * pixels + channel * plane
          if (window === null) {
            for (let pixel = 0; pixel < plane; pixel++) inputs[place + pixel] = table[images[origin + pixel]!]!
          } else {
            const target = inputs.subarray(place, place + plane)
            copyWindow(images.subarray(origin, origin + plane), shape.at(-1)!, window, table, target)
          }
        }
        targets[row] = labels[example]!
      }
      yield { inputs: inputs.subarray(0, filled * pixels), labels: targets.subarray(0, filled), size: filled }
    }
  }
  return { count: picks.length, shape, classes, batches }
}

/** The examples in an epoch's own order; in the stored one without. */
export function arrange(picks: Uint32Array, order: { seed: number; epoch: number } | null): Uint32Array {
  return order === null ? picks : shuffle(Uint32Array.from(picks), createRandom(order.seed, 'shuffle', order.epoch))
}
