import { type Entry, readEntry } from '../archive/entry.ts'
import { readEntries } from '../archive/read.ts'
import { badRecording, wrongRecordings } from '../errors.ts'
import type { Paths } from '../source.ts'
import { decodeAedat3 } from './aedat3.ts'
import { type Events, makeEvents, sliceEvents } from './events.ts'
import type { Recording } from './recordings.ts'

/** A trial is a user under one light, some 2 minutes with every gesture. */
const LARGEST_TRIAL = 1 << 29
const LARGEST_LIST = 1 << 20
const GESTURES = 11

/** When a user makes a gesture: from `start` to `end`, not included, in microseconds. */
interface Gesture {
  label: number
  start: number
  end: number
}

/**
 * The recordings of DVS128 Gesture, cut out of its trials: `trials_to_train.txt` and `trials_to_test.txt` name the AEDAT 3.1
 * files, and beside each lie the times of its gestures, `..._labels.csv`. Cut as SpikingJelly does: all events with start <= t
 * < end, classes from 0.
 */
export async function* readGesture(paths: Paths): AsyncGenerator<Recording> {
  for (const path of new Set(Object.values(paths).map((place) => folderOf(place)))) {
    const { parts, gestures } = await readLists(path)
    for await (const entry of readEntries(path)) {
      const name = nameOf(entry)
      const part = parts.get(name)
      if (part === undefined) continue
      const times = gestures.get(name.replace(/\.aedat$/, '_labels.csv'))
      if (times === undefined) throw wrongRecordings(path, 'DVS128 Gesture', `the labels of ${name}`, 'none')
      const events = decodeAedat3(await readEntry(path, entry, LARGEST_TRIAL), `${path}: ${entry.name}`)
      for (const [index, { label, start, end }] of times.entries()) {
        const number = String(index).padStart(2, '0')
        yield { part, name: `${name}: ${number}`, label, events: cutOut(events, start, end), content: null }
      }
    }
  }
}

/** What the lists say, which may come after the recordings in an archive: so it is gone through once for them alone. */
async function readLists(path: string) {
  const parts = new Map<string, 'train' | 'test'>()
  const gestures = new Map<string, Gesture[]>()
  for await (const entry of readEntries(path)) {
    const name = nameOf(entry)
    const part = /^trials_to_(train|test)\.txt$/.exec(name)?.[1] as 'train' | 'test' | undefined
    if (part === undefined && !/^[^.].*_labels\.csv$/.test(name)) continue
    const text = Buffer.from(await readEntry(path, entry, LARGEST_LIST)).toString()
    if (part === undefined) gestures.set(name, parseGestures(text, `${path}: ${entry.name}`))
    else for (const line of text.split(/\r?\n/)) if (line.trim() !== '') parts.set(line.trim(), part)
  }
  return { parts, gestures }
}

/** A line of heads, then class, start and end in each. */
function parseGestures(text: string, path: string): Gesture[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(1).map((line) => {
    const [, kind, start, end] = (/^(\d+),(\d+),(\d+)$/.exec(line.replace(/\s/g, '')) ?? []).map(Number)
    if (kind === undefined || kind < 1 || kind > GESTURES) {
      throw badRecording(path, 'list of gestures', `it has the line ${JSON.stringify(line.slice(0, 80))}`)
    }
    return { label: kind - 1, start: start!, end: end! }
  })
}

/** The events of a span of time, which need not lie together. */
function cutOut(events: Events, start: number, end: number): Events {
  const { t, width, height } = events
  let [from, to, count] = [0, 0, 0]
  for (let index = 0; index < t.length; index++) {
    if (t[index]! < start || t[index]! >= end) continue
    if (count === 0) from = index
    to = index + 1
    count++
  }
  if (count === to - from) return sliceEvents(events, from, to)
  const picked = makeEvents(count, width, height)
  for (let index = from, kept = 0; index < to; index++) {
    if (t[index]! < start || t[index]! >= end) continue
    for (const key of ['x', 'y', 't', 'polarity'] as const) picked[key][kept] = events[key][index]!
    kept++
  }
  return picked
}

function nameOf({ name }: Entry): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

/** The archive, or the folder in which the lists lie. */
function folderOf(place: string): string {
  return place.replace(/[\\/]trials_to_(train|test)\.txt$/, '')
}
