import { type Augment, type Batch, createRandom, type Examples } from '@snnx/ir'
import { copyWindow, drawWindow } from '../augment.ts'
import { arrange } from '../examples.ts'
import type { Cut } from './decode.ts'
import type { ListedPart } from './list.ts'
import { DRAWS } from './region.ts'
import type { Decoder, Ticket } from './start-decoder.ts'

/** Batches that are decoded ahead: while one is used, the next is made. */
const AHEAD = 2

/**
 * The examples at `picks`, in that order, decoded and normalised as they are drawn: never more than `AHEAD` batches of
 * bytes are held, however large the set is.
 * @param tables what each byte becomes, a table of 256 for each colour
 * @param augment how images are varied wherever they are drawn in an epoch's order
 */
export function folderExamples(
  decoder: Decoder,
  { files, labels }: ListedPart,
  classes: number,
  picks: Uint32Array,
  cut: Omit<Cut, 'area'>,
  tables: readonly Float32Array[],
  augment: Augment | null = null,
): Examples {
  const { size } = cut
  const plane = size * size
  const pixels = tables.length * plane
  function* batches(batch: number, order: { seed: number; epoch: number } | null, from = 0): Generator<Batch> {
    const drawn = arrange(picks, order)
    const most = Math.min(batch, drawn.length)
    const area = order === null ? null : (augment?.area ?? null)
    const slots = Array.from({ length: AHEAD }, () => ({
      pixels: new Uint8Array(new SharedArrayBuffer(most * pixels)),
      state: new Int32Array(new SharedArrayBuffer(4)),
    }))
    const ask = (index: number): Ticket | null => {
      const examples = drawn.subarray(index * batch, (index + 1) * batch)
      if (examples.length === 0) return null
      const draws = order === null || area === null ? null : Array.from(examples, (of) => drawRegion(order, of))
      const paths = Array.from(examples, (example) => files[example]!)
      return decoder.ask({ ...slots[index % AHEAD]!, files: paths, cut: { ...cut, area }, draws })
    }
    const inputs = new Float32Array(most * pixels)
    const targets = new Uint16Array(most)
    const tickets = Array.from({ length: AHEAD }, (_, ahead) => ask(from + ahead))
    for (let index = from; index * batch < drawn.length; index++) {
      decoder.wait(tickets.shift()!)
      const examples = drawn.subarray(index * batch, (index + 1) * batch)
      const { pixels: bytes } = slots[index % AHEAD]!
      for (const [row, example] of examples.entries()) {
        const window =
          order === null || augment === null ? PLAIN : drawWindow(augment, order.seed, order.epoch, example)
        for (const [colour, table] of tables.entries()) {
          const place = row * pixels + colour * plane
          copyWindow(bytes.subarray(place, place + plane), size, window, table, inputs.subarray(place, place + plane))
        }
        targets[row] = labels[example]!
      }
      tickets.push(ask(index + AHEAD))
      const filled = examples.length
      yield { inputs: inputs.subarray(0, filled * pixels), labels: targets.subarray(0, filled), size: filled }
    }
  }
  return { count: picks.length, shape: [tables.length, size, size], classes, batches }
}

const PLAIN = { top: 0, left: 0, mirrored: false, down: 0, right: 0 }

/** The numbers that decide an example's random part in one epoch, from a stream of their own. */
function drawRegion({ seed, epoch }: { seed: number; epoch: number }, example: number): Float64Array {
  const random = createRandom(seed, 'region', epoch, example)
  return Float64Array.from({ length: DRAWS }, () => random.uniform())
}
