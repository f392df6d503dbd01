import { createHash } from 'node:crypto'
import { count, type DatasetFacts } from '@snnx/ir'
import { wrongContent, wrongRecordings } from '../errors.ts'
import type { Paths } from '../source.ts'
import { readCifar10Dvs } from './cifar10-dvs.ts'
import { type Events, placeEvents } from './events.ts'
import { readGesture } from './gesture.ts'
import { type FrameSplit, integrateEvents } from './integrate.ts'
import { readNmnist } from './nmnist.ts'
import { packFrames } from './pack.ts'
import type { EventSource } from './source.ts'

/** One recording of a data set, as its files have it. */
export interface Recording {
  part: 'train' | 'test'
  /** Its path in the data set, the same whichever way the set is packed. */
  name: string
  label: number
  events: Events
  /** The bytes of its file, where it is one. */
  content: Uint8Array | null
}

/** Recordings and labels as they are kept, in the order of their names: frames of counts, packed. */
export interface Recordings {
  packed: readonly Uint8Array[]
  labels: Uint8Array
  frames: number
  shape: readonly number[]
  classes: number
}

const READERS = {
  nmnist: readNmnist,
  dvs128_gesture: readGesture,
  cifar10_dvs: readCifar10Dvs,
} as const satisfies Record<EventSource['format'], (paths: Paths) => AsyncIterable<Recording>>

/**
 * Reads a set recording by recording, of which only the frames are kept, and checks all that is known of it: events within
 * the sensor, recordings of each class, the digest of the whole.
 * @throws SNX0702, SNX0704, SNX0706, SNX0710, SNX0714 to SNX0720, naming the file
 */
export async function readRecordings(
  source: EventSource,
  folder: string,
  paths: Paths,
  frames: number,
  split: FrameSplit,
): Promise<{ train: Recordings; test: Recordings }> {
  const { facts, listing } = source
  const [height, width] = facts.shape.slice(-2) as [number, number]
  const sums = new Uint32Array(frames * count(facts.shape))
  const found: Record<'train' | 'test', Kept[]> = { train: [], test: [] }
  for await (const { part, name, label, events, content } of READERS[source.format](paths)) {
    if (found[part].length === facts[part]) {
      throw wrongRecordings(folder, facts.title, `${facts[part]} recordings of ${part}`, `more, such as ${name}`)
    }
    integrateEvents(placeEvents(events, name, width, height), frames, split, sums)
    const sum = listing === null || content === null ? '' : createHash('sha256').update(content).digest('hex')
    found[part].push({ name, label, packed: packFrames(sums), sum })
  }
  for (const part of [found.train, found.test]) part.sort((a, b) => (a.name < b.name ? -1 : 1))
  checkNumbers(source, folder, found)
  if (listing !== null) {
    // As `sha256sum` lists them.
    const whole = createHash('sha256')
    for (const { name, sum } of [...found.test, ...found.train]) whole.update(`${sum}  ${name}\n`)
    const digest = whole.digest('hex')
    if (digest !== listing) throw wrongContent(folder, facts.title, listing, digest)
  }
  return { train: settle(found.train, frames, facts), test: settle(found.test, frames, facts) }
}

interface Kept {
  name: string
  label: number
  packed: Uint8Array
  sum: string
}

function checkNumbers({ facts, perClass }: EventSource, folder: string, found: Record<'train' | 'test', Kept[]>): void {
  for (const part of ['train', 'test'] as const) {
    const number = found[part].length
    if (number !== facts[part]) {
      throw wrongRecordings(folder, facts.title, `${facts[part]} recordings of ${part}`, String(number))
    }
    if (perClass === null) continue
    const counts = new Array<number>(facts.classes).fill(0)
    for (const { label } of found[part]) counts[label]!++
    const expected = perClass[part].join(' ')
    if (counts.join(' ') !== expected) {
      throw wrongRecordings(folder, facts.title, `recordings of ${part} by class ${expected}`, counts.join(' '))
    }
  }
}

function settle(kept: readonly Kept[], frames: number, { shape, classes }: DatasetFacts): Recordings {
  const labels = Uint8Array.from(kept, ({ label }) => label)
  return { packed: kept.map(({ packed }) => packed), labels, frames, shape, classes }
}
