import * as zlib from 'node:zlib'
import { badRecording, unreadRecording } from '../errors.ts'
import { type Events, joinEvents, makeEvents, placeEvents } from './events.ts'
import { findField, findVector, readRoot, type Table } from './flatbuffer.ts'
import { decompressLz4 } from './lz4.ts'

const MAGIC = '#!AER-DAT4.0\r\n'
/** Fields of the header's table, in the schema's order. */
const COMPRESSION = 0
const TABLE_POSITION = 1
const INFORMATION = 2
/** An event: 64 bits of microseconds, 16 each of column and row, 8 of polarity, padded. */
const EVENT = 16
/** A packet holds some ms of events. */
const LARGEST_PACKET = 1 << 28

/**
 * Decodes AEDAT 4.0: a line of text, a FlatBuffer that says how packets are compressed and, in XML, which streams there are,
 * then the packets: stream and size (32 bits each, little-endian) and a FlatBuffer. The first stream of events is taken.
 * @throws SNX0717, SNX0718, SNX0719
 */
export function decodeAedat4(content: Uint8Array, path: string): Events {
  const damaged = (reason: string) => badRecording(path, 'AEDAT 4.0', reason)
  try {
    const { size, compression, end, stream } = readFileHeader(content, damaged)
    const parts: Events[] = []
    const view = new DataView(content.buffer, content.byteOffset, content.length)
    for (let at = MAGIC.length + 4 + size; at < end; ) {
      const length = view.getUint32(at + 4, true)
      const packet = content.subarray(at + 8, at + 8 + length)
      if (packet.length < length) throw damaged('its last packet is cut')
      if (view.getInt32(at, true) === stream.id) parts.push(readPacket(decompress(packet, compression, path)))
      at += 8 + length
    }
    return placeEvents(joinEvents(parts), path, stream.width, stream.height)
  } catch (error) {
    if (error instanceof RangeError) throw damaged(`a part of it does not hold together (${error.message})`)
    throw error
  }
}

function readFileHeader(content: Uint8Array, damaged: (reason: string) => Error) {
  const size = new DataView(content.buffer, content.byteOffset, content.length).getUint32(MAGIC.length, true)
  const header = content.subarray(MAGIC.length + 4, MAGIC.length + 4 + size)
  if (header.length < size) throw damaged('it ends too early')
  const { table, type } = readRoot(header)
  if (type !== 'IOHE') throw damaged('its header is of another type')
  const field = findField(table, COMPRESSION)
  const compression = field === null ? 0 : table.view.getInt32(field, true)
  const position = findField(table, TABLE_POSITION)
  // The packets end where the table of them begins, or with the file where there is none (-1).
  const listed = position === null ? -1 : readInteger(table.view, position)
  if (listed > content.length) throw damaged('it ends too early')
  return { size, compression, end: listed < 0 ? content.length : listed, stream: findStream(table, damaged) }
}

/** The first stream of events in the information, `<node name="0" path=".../outInfo/0/">` and so on. */
function findStream(table: Table, damaged: (reason: string) => Error) {
  const place = findVector(table, INFORMATION, 1)
  const { buffer, byteOffset } = table.view
  const text =
    place === null ? '' : Buffer.from(buffer as ArrayBuffer, byteOffset + place.start, place.length).toString()
  for (const node of text.split(/(?=<node name="\d+" path="[^"]*\/outInfo\/\d+\/")/)) {
    const attribute = (key: string) => new RegExp(`key="${key}"[^>]*>([^<]*)<`).exec(node)?.[1]
    if (attribute('typeIdentifier') !== 'EVTS') continue
    const [id, width, height] = [/name="(\d+)"/.exec(node)?.[1], attribute('sizeX'), attribute('sizeY')].map(Number)
    if ([id, width, height].every(Number.isSafeInteger)) return { id: id!, width: width!, height: height! }
  }
  throw damaged('it has no stream of events')
}

function decompress(packet: Uint8Array, compression: number, path: string): Uint8Array {
  if (compression === 0) return packet
  if (compression <= 2) return decompressLz4(packet, LARGEST_PACKET)
  if (typeof zlib.zstdDecompressSync !== 'function') {
    throw unreadRecording(path, 'packets compressed by zstd', 'Node reads them from version 22.15 on')
  }
  try {
    return zlib.zstdDecompressSync(packet, { maxOutputLength: LARGEST_PACKET })
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error))
  }
}

function readPacket(sized: Uint8Array): Events {
  const { table, type } = readRoot(sized.subarray(4))
  if (type !== 'EVTS') throw new RangeError('a packet of events is of another type')
  const elements = findVector(table, 0, EVENT) ?? { start: 0, length: 0 }
  const events = makeEvents(elements.length)
  for (let index = 0, at = elements.start; index < elements.length; index++, at += EVENT) {
    events.t[index] = readInteger(table.view, at)
    events.x[index] = table.view.getUint16(at + 8, true)
    events.y[index] = table.view.getUint16(at + 10, true)
    events.polarity[index] = table.view.getUint8(at + 12) === 0 ? 0 : 1
  }
  return events
}

/** 64 bits, of which a number holds 53: enough for Unix microseconds until the year 2255. */
function readInteger(view: DataView, at: number): number {
  const value = view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32
  if (!Number.isSafeInteger(value)) throw new RangeError('a number is beyond all sense')
  return value
}
