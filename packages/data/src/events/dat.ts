import { badRecording, unreadRecording } from '../errors.ts'
import { boundEvents, type Events, makeEvents, placeEvents } from './events.ts'
import { findEntry, readHeader } from './header.ts'
import { findSensor } from './prophesee.ts'

const EVENT = 8
/** Generic events (0), and changes of brightness (12). */
const KINDS = [0, 12]

/**
 * Decodes Prophesee's DAT, version 2: lines of text, a byte each for the type and the size of an event, then for each event
 * microseconds (32 bits) and a word of column (bits 0-13), row (14-27) and polarity (28-31), little-endian.
 * @throws SNX0717 when an event is cut, SNX0718 for events of other types, SNX0719
 */
export function decodeDat(content: Uint8Array, path: string): Events {
  const { lines, end } = readHeader(content, '%', /^% end$/i)
  const damaged = (reason: string) => badRecording(path, 'DAT', reason)
  const version = findEntry(lines, 'Version') ?? '2'
  if (version !== '2') throw unreadRecording(path, `DAT of version ${version}`, 'convert it to version 2')
  if (content.length < end + 2) throw damaged('it ends with its header')
  const [kind = 0, size = 0] = content.subarray(end, end + 2)
  if (!KINDS.includes(kind) || size !== EVENT) {
    throw unreadRecording(path, `DAT with events of type ${kind} and ${size} bytes`, 'read are events of type 0 and 12')
  }
  const length = content.length - end - 2
  if (length % EVENT !== 0) throw damaged(`its last event is cut (${length % EVENT} of ${EVENT} bytes)`)
  const view = new DataView(content.buffer, content.byteOffset + end + 2, length)
  const events = makeEvents(length / EVENT)
  for (let index = 0, at = 0; at < length; index++, at += EVENT) {
    const word = view.getUint32(at + 4, true)
    events.t[index] = view.getUint32(at, true)
    events.x[index] = word & 0x3fff
    events.y[index] = (word >>> 14) & 0x3fff
    events.polarity[index] = word >>> 28 === 0 ? 0 : 1
  }
  const sensor = findSensor(lines)
  return sensor === null ? boundEvents(events) : placeEvents(events, path, sensor.width, sensor.height)
}
