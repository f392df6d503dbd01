import { badRecording } from '../errors.ts'
import { boundEvents, type Events, makeEvents, placeEvents } from './events.ts'
import type { Header } from './header.ts'
import { findSensor } from './prophesee.ts'

/** Types of words, their 4 highest bits. */
const ROW = 0
const COLUMN = 2
const BASE = 3
const VECTOR_12 = 4
const VECTOR_8 = 5
const TIME_LOW = 6
const TIME_HIGH = 8
/** More bits of another word, signals from outside, and what only the sensor's maker reads: passed over. */
const OTHERS = [7, 10, 14, 15]
/** Both parts of the time have 12 bits; it starts again from 0 after 16.8 s. */
const PART = 1 << 12

/**
 * Decodes Prophesee's EVT 3.0: words of 16 bits, little-endian, of a type each, which change a state or are events in it: the row,
 * the two parts of the time, a column with polarity (one event), or a column to start from, followed by vectors of 12 or 8
 * neighbours, a bit each. Events before the first time are left out.
 * @throws SNX0717 when a word is cut or of no type, SNX0719
 */
export function decodeEvt3(content: Uint8Array, path: string, { lines, end }: Header): Events {
  const length = content.length - end
  if (length % 2 !== 0) throw badRecording(path, 'EVT 3.0', 'its last word is cut (1 of 2 bytes)')
  const view = new DataView(content.buffer, content.byteOffset + end, length)
  const events = makeEvents(countEvents(view))
  let [row, base, polarity, high, low, turns, kept] = [0, 0, 0, -1, 0, 0, 0]
  const add = (column: number) => {
    events.t[kept] = (turns * PART + high) * PART + low
    events.x[kept] = column
    events.y[kept] = row
    events.polarity[kept] = polarity
    kept++
  }
  for (let at = 0; at < length; at += 2) {
    const word = view.getUint16(at, true)
    const kind = word >> 12
    const value = word & (PART - 1)
    if (kind === TIME_HIGH) {
      if (high - value > PART / 2) turns++
      // The lower part follows; until then the time must not seem to go on by the old one.
      if (value !== high) low = 0
      high = value
    } else if (kind === TIME_LOW) low = value
    else if (kind === ROW) row = value & 0x7ff
    else if (kind === COLUMN || kind === BASE) {
      polarity = value >> 11
      if (kind === BASE) base = value & 0x7ff
      else if (high >= 0) add(value & 0x7ff)
    } else if (kind === VECTOR_12 || kind === VECTOR_8) {
      const width = widthOf(kind)
      for (let bit = 0; bit < width; bit++) if (high >= 0 && (value >> bit) & 1) add(base + bit)
      base += width
    } else if (!OTHERS.includes(kind)) {
      throw badRecording(path, 'EVT 3.0', `word ${at / 2} is of type ${kind}, which there is not`)
    }
  }
  const sensor = findSensor(lines)
  return sensor === null ? boundEvents(events) : placeEvents(events, path, sensor.width, sensor.height)
}

/** The events from the first time on. */
function countEvents(view: DataView): number {
  let [events, timed] = [0, false]
  for (let at = 0; at < view.byteLength; at += 2) {
    const word = view.getUint16(at, true)
    const kind = word >> 12
    if (kind === TIME_HIGH) timed = true
    if (!timed) continue
    if (kind === COLUMN) events++
    if (kind === VECTOR_12 || kind === VECTOR_8) {
      for (let rest = word & ((1 << widthOf(kind)) - 1); rest > 0; rest &= rest - 1) events++
    }
  }
  return events
}

function widthOf(kind: number): number {
  return kind === VECTOR_12 ? 12 : 8
}
