import { badRecording, unreadRecording } from '../errors.ts'
import { boundEvents, type Events, makeEvents, placeEvents, sliceEvents } from './events.ts'
import { findEntry, readHeader } from './header.ts'

const HEADER = 28
const POLARITY = 1
const SENSORS: readonly [name: RegExp, width: number, height: number][] = [
  [/DVS128/i, 128, 128],
  [/DAVIS240/i, 240, 180],
  [/DAVIS346/i, 346, 260],
  [/DAVIS(RGB)?640/i, 640, 480],
]

/**
 * Decodes AEDAT 3.1: lines of text up to `#!END-HEADER`, then packets of events of one type each, little-endian. A packet's
 * header is type (16 bits), source (16), and 32 bits each of: bytes of an event, where in it the time is, overflows of the
 * time, room for events, events, valid ones. A polarity event is valid (bit 0), polarity (1), row (2-16), column (17-31) and
 * microseconds; the time is that plus 2^31 for each overflow. Other types and events that are not valid are left out.
 * @throws SNX0717, SNX0718, SNX0719
 */
export function decodeAedat3(content: Uint8Array, path: string): Events {
  const { lines, end } = readHeader(content, '#', /^#!END-HEADER$/)
  const damaged = (reason: string) => badRecording(path, 'AEDAT 3.1', reason)
  if (lines.at(-1) !== '#!END-HEADER') throw damaged('its header has no end')
  const format = findEntry(lines, 'Format') ?? 'RAW'
  if (format !== 'RAW') throw unreadRecording(path, `AEDAT 3.1 in the format ${format}`, 'convert it to the format RAW')
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  const packets = listPackets(view, end, damaged)
  const events = makeEvents(packets.reduce((sum, { events: number }) => sum + number, 0))
  let kept = 0
  for (const { start, size, overflow, events: number } of packets) {
    for (let index = 0, at = start; index < number; index++, at += size) {
      const word = view.getUint32(at, true)
      if ((word & 1) === 0) continue
      events.polarity[kept] = (word >>> 1) & 1
      events.y[kept] = (word >>> 2) & 0x7fff
      events.x[kept] = word >>> 17
      events.t[kept] = view.getUint32(at + 4, true) + overflow * 2 ** 31
      kept++
    }
  }
  const found = sliceEvents(events, 0, kept)
  const source = lines.find((line) => line.startsWith('#Source')) ?? ''
  const sensor = SENSORS.find(([name]) => name.test(source))
  return sensor === undefined ? boundEvents(found) : placeEvents(found, path, sensor[1], sensor[2])
}

interface Packet {
  start: number
  size: number
  overflow: number
  events: number
}

/** The packets of polarity events. */
function listPackets(view: DataView, from: number, damaged: (reason: string) => Error): Packet[] {
  const packets: Packet[] = []
  for (let at = from; at < view.byteLength; ) {
    if (at + HEADER > view.byteLength) throw damaged('its last packet is cut')
    const [size, timeAt, overflow, room, events] = [4, 8, 12, 16, 20].map((field) =>
      view.getInt32(at + field, true),
    ) as [number, number, number, number, number]
    const start = at + HEADER
    if (size < 0 || room < 0 || overflow < 0 || events < 0 || events > room) throw damaged('a packet makes no sense')
    if (start + size * room > view.byteLength) throw damaged('its last packet is cut')
    if (view.getInt16(at, true) === POLARITY) {
      if (size < 8 || timeAt !== 4 || overflow >= 2 ** 21) throw damaged('a packet makes no sense')
      packets.push({ start, size, overflow, events })
    }
    at = start + size * room
  }
  return packets
}
