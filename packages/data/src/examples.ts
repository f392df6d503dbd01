import { type Batch, count, createRandom, type Examples, shuffle } from '@snnx/ir'
import type { Images } from './images.ts'

/** x = (byte / 255 - mean) / std for each byte, rounded to float32 after every operation, as torch and numpy do. */
export function normalisation(mean: number, std: number): Float32Array {
  const { fround } = Math
  return Float32Array.from({ length: 256 }, (_, byte) => fround(fround(byte / 255) - fround(mean)) / fround(std))
}

/** The examples at `picks`, in that order, normalised by `table` as they are drawn. */
export function selectExamples(stored: Images, picks: Uint32Array, table: Float32Array): Examples {
  const { images, labels, shape, classes } = stored
  const pixels = count(shape)
  function* batches(size: number, order: { seed: number; epoch: number } | null, from = 0): Generator<Batch> {
    const drawn =
      order === null ? picks : shuffle(Uint32Array.from(picks), createRandom(order.seed, 'shuffle', order.epoch))
    const inputs = new Float32Array(Math.min(size, drawn.length) * pixels)
    const targets = new Uint8Array(Math.min(size, drawn.length))
    for (let start = from * size; start < drawn.length; start += size) {
      const filled = Math.min(size, drawn.length - start)
      for (let row = 0; row < filled; row++) {
        const example = drawn[start + row]!
        const origin = example * pixels
        const target = row * pixels
        for (let pixel = 0; pixel < pixels; pixel++) inputs[target + pixel] = table[images[origin + pixel]!]!
        targets[row] = labels[example]!
      }
      yield { inputs: inputs.subarray(0, filled * pixels), labels: targets.subarray(0, filled), size: filled }
    }
  }
  return { count: picks.length, shape, classes, batches }
}
