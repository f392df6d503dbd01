import { readEntry } from '../archive/entry.ts'
import { readEntries } from '../archive/read.ts'
import type { Paths } from '../source.ts'
import { decodeRecording } from './decode.ts'
import type { Recording } from './recordings.ts'

export const CIFAR_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const
/** The largest are below 10 MB. */
const LARGEST = 1 << 26
/** Of each class the first recordings are for testing, as most papers have it since TEBN (Duan et al., 2022). */
const TESTED = 100

/**
 * The recordings of CIFAR10-DVS, `CLASS/cifar10_CLASS_NUMBER.aedat`, in AEDAT 2.0 (the original) or 3.1. Columns and rows are
 * exchanged, which puts the pictures upright, as SpikingJelly does. The set itself has no part for testing.
 */
export async function* readCifar10Dvs(paths: Paths): AsyncGenerator<Recording> {
  for (const [place, path] of Object.entries(paths)) {
    for await (const entry of readEntries(path)) {
      const found = /(?:^|\/)([a-z]+)\/cifar10_\1_(\d+)\.aedat$/.exec(`${place}/${entry.name}`)
      const label = CIFAR_CLASSES.indexOf(found?.[1] as (typeof CIFAR_CLASSES)[number])
      if (found === null || label < 0) continue
      const content = await readEntry(path, entry, LARGEST)
      const { x, y, t, polarity, width, height } = decodeRecording(content, `${path}: ${entry.name}`)
      yield {
        part: Number(found[2]) < TESTED ? 'test' : 'train',
        name: `${found[1]}/${found[2]!.padStart(4, '0')}`,
        label,
        events: { x: y, y: x, t, polarity, width: height, height: width },
        content: null,
      }
    }
  }
}
