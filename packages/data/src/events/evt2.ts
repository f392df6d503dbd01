import { badRecording } from '../errors.ts'
import { boundEvents, type Events, makeEvents, placeEvents, sliceEvents } from './events.ts'
import type { Header } from './header.ts'
import { findSensor } from './prophesee.ts'

/** Types of words, their 4 highest bits. */
const OFF = 0
const ON = 1
const TIME_HIGH = 8
/** Signals from outside, and what only the sensor's maker reads: passed over. */
const OTHERS = [10, 14, 15]
/** The upper part of the time has 28 bits; it starts again from 0 after 4.8 hours. */
const HIGH = 2 ** 28

/**
 * Decodes Prophesee's EVT 2.0: words of 32 bits, little-endian, of a type each: the upper bits of the time, or an event with the
 * time's 6 lowest bits (22-27), column (11-21) and row (0-10). Events before the first time are left out.
 * @throws SNX0717 when a word is cut or of no type, SNX0719
 */
export function decodeEvt2(content: Uint8Array, path: string, { lines, end }: Header): Events {
  const length = content.length - end
  if (length % 4 !== 0) throw badRecording(path, 'EVT 2.0', `its last word is cut (${length % 4} of 4 bytes)`)
  const view = new DataView(content.buffer, content.byteOffset + end, length)
  const events = makeEvents(length / 4)
  let [high, turns, kept] = [-1, 0, 0]
  for (let at = 0; at < length; at += 4) {
    const word = view.getUint32(at, true)
    const kind = word >>> 28
    if (kind === TIME_HIGH) {
      const next = word & (HIGH - 1)
      if (high - next > HIGH / 2) turns++
      high = next
    } else if (kind === OFF || kind === ON) {
      if (high < 0) continue
      events.t[kept] = (turns * HIGH + high) * 64 + ((word >>> 22) & 63)
      events.x[kept] = (word >>> 11) & 0x7ff
      events.y[kept] = word & 0x7ff
      events.polarity[kept] = kind
      kept++
    } else if (!OTHERS.includes(kind)) {
      throw badRecording(path, 'EVT 2.0', `word ${at / 4} is of type ${kind}, which there is not`)
    }
  }
  const found = sliceEvents(events, 0, kept)
  const sensor = findSensor(lines)
  return sensor === null ? boundEvents(found) : placeEvents(found, path, sensor.width, sensor.height)
}
