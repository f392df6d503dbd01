import type { Row } from './recording.ts'

/** Recordings in each format, written from its description, one word after another. */

const words = (bytes: 2 | 4, values: readonly number[], little = true) => {
  const view = new DataView(new ArrayBuffer(bytes * values.length))
  for (const [index, value] of values.entries()) {
    if (bytes === 2) view.setUint16(2 * index, value, little)
    else view.setUint32(4 * index, value >>> 0, little)
  }
  return Buffer.from(view.buffer)
}
const text = (...lines: string[]) => Buffer.from(lines.join(''), 'latin1')

/** jAER's DVS128: columns from the right, rows from the bottom, a bit that is 0 for ON. */
export function encodeDvs128(
  rows: readonly Row[],
  header = ['#!AER-DAT2.0\r\n', '# Timestamps tick is 1 us\r\n'],
): Buffer {
  const addresses = rows.flatMap(([t, x, y, p]) => [((127 - y) << 8) | ((127 - x) << 1) | (1 - p), t])
  return Buffer.concat([text(...header), words(4, addresses, false)])
}

export function encodeDavis(rows: readonly Row[], chip: string, width: number, height: number): Buffer {
  const addresses = rows.flatMap(([t, x, y, p]) => [((height - 1 - y) << 22) | ((width - 1 - x) << 12) | (p << 11), t])
  const header = ['#!AER-DAT2.0\r\n', `# AEChip: eu.seebetter.ini.chips.davis.${chip}\r\n`, '#End Of ASCII Header\r\n']
  return Buffer.concat([text(...header), words(4, addresses, false)])
}

/** A packet of AEDAT 3.1; times below 2^31. */
export function packet3(rows: readonly Row[], { type = 1, overflow = 0, room = rows.length, valid = 1 } = {}): Buffer {
  const header = [type | (1 << 16), 8, 4, overflow, room, rows.length, rows.length]
  const events = rows.flatMap(([t, x, y, p]) => [(x << 17) | (y << 2) | (p << 1) | valid, t])
  return Buffer.concat([words(4, header), words(4, events), Buffer.alloc(8 * (room - rows.length), 1)])
}

export function encodeAedat3(packets: readonly Buffer[], source = 'DVS128', format = 'RAW'): Buffer {
  const lines = ['#!AER-DAT3.1\r\n', `#Format: ${format}\r\n`, `#Source 1: ${source}\r\n`, '#!END-HEADER\r\n']
  return Buffer.concat([text(...lines), ...packets])
}

/** A FlatBuffer of one table whose fields are given in order, each with its bytes; vectors and strings follow it. */
export function flatbuffer(
  type: string,
  fields: readonly (Buffer | { vector: Buffer; length: number } | null)[],
): Buffer {
  const vtable = Buffer.alloc(4 + 2 * fields.length)
  const table: Buffer[] = [Buffer.alloc(4)]
  const vectors: { at: number; content: Buffer }[] = []
  let size = 4
  for (const [index, field] of fields.entries()) {
    if (field === null) continue
    vtable.writeUInt16LE(size, 4 + 2 * index)
    const inline = 'vector' in field ? Buffer.alloc(4) : field
    if ('vector' in field) {
      vectors.push({ at: size, content: Buffer.concat([words(4, [field.length]), field.vector]) })
    }
    table.push(inline)
    size += inline.length
  }
  vtable.writeUInt16LE(vtable.length, 0)
  vtable.writeUInt16LE(size, 2)
  const body = Buffer.concat(table)
  body.writeInt32LE(vtable.length, 0)
  let after = size
  for (const { at, content } of vectors) {
    body.writeUInt32LE(after - at, at)
    after += content.length
  }
  const root = words(4, [8 + vtable.length])
  return Buffer.concat([root, text(type), vtable, body, ...vectors.map(({ content }) => content)])
}

const sized = (content: Buffer) => Buffer.concat([words(4, [content.length]), content])
const long = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}

export function packet4(rows: readonly Row[]): Buffer {
  const events = rows.map(([t, x, y, p]) => {
    return Buffer.concat([long(t), words(2, [x, y]), Buffer.of(p, 0, 0, 0)])
  })
  return sized(flatbuffer('EVTS', [{ vector: Buffer.concat(events), length: rows.length }]))
}

/** Packets of stream 1, among others, compressed by `pack`. */
export function encodeAedat4(
  packets: readonly Buffer[],
  compression: number,
  pack: (packet: Buffer) => Uint8Array = (packet) => packet,
  [width, height] = [346, 260],
): Buffer {
  const node = (id: number, type: string, more: string) =>
    `<node name="${id}" path="/mainloop/Recorder/outInfo/${id}/"><attr key="typeIdentifier" type="string">${type}</attr><node name="info" path="/mainloop/Recorder/outInfo/${id}/info/">${more}</node></node>`
  const size = `<attr key="sizeX" type="int">${width}</attr><attr key="sizeY" type="int">${height}</attr>`
  const information = text(
    '<dv version="2.0"><node name="outInfo" path="/mainloop/Recorder/outInfo/">',
    node(0, 'FRME', size),
    node(1, 'EVTS', size),
    '</node></dv>',
  )
  const header = flatbuffer('IOHE', [
    words(4, [compression]),
    long(-1),
    { vector: information, length: information.length },
  ])
  const packed = packets.flatMap((packet) => {
    const content = pack(packet)
    return [words(4, [0, 3]), Buffer.from('abc'), words(4, [1, content.length]), content]
  })
  return Buffer.concat([text('#!AER-DAT4.0\r\n'), sized(header), ...packed])
}

export function encodeDat(
  rows: readonly Row[],
  lines = ['% Data file containing CD events\n', '% Version 2\n'],
): Buffer {
  const events = rows.flatMap(([t, x, y, p]) => [t, (p << 28) | (y << 14) | x])
  return Buffer.concat([text(...lines), Buffer.of(12, 8), words(4, events)])
}

export function encodeEvt2(rows: readonly Row[], lines = ['% evt 2.0\n', '% end\n']): Buffer {
  let high = -1
  const encoded = rows.flatMap(([t, x, y, p]) => {
    const event = (p << 28) | ((t % 64) << 22) | (x << 11) | y
    if (Math.floor(t / 64) === high) return [event]
    high = Math.floor(t / 64)
    return [(8 << 28) | (high % 2 ** 28), (10 << 28) | 5, event]
  })
  return Buffer.concat([text(...lines), words(4, encoded)])
}

/** Neighbours in a row become vectors of 12 and 8 in turns, if `vectors`. */
export function encodeEvt3(rows: readonly Row[], vectors: boolean, lines = ['% evt 3.0\n', '% end\n']): Buffer {
  const encoded: number[] = []
  let [high, low, row, wide] = [-1, -1, -1, true]
  for (let index = 0; index < rows.length; ) {
    const [t, x, y, p] = rows[index]!
    if (Math.floor(t / 4096) !== high) {
      high = Math.floor(t / 4096)
      encoded.push((8 << 12) | (high % 4096))
      low = 0
    }
    if (t % 4096 !== low) {
      low = t % 4096
      encoded.push((6 << 12) | low)
    }
    if (y !== row) {
      row = y
      encoded.push(row)
    }
    const width = wide ? 12 : 8
    let [bits, taken, column] = [0, 0, -1]
    for (const [time, to, at, polarity] of rows.slice(index)) {
      if (time !== t || at !== y || polarity !== p || to <= column || to - x >= width) break
      bits |= 1 << (to - x)
      column = to
      taken++
    }
    if (vectors && taken > 1) {
      encoded.push((3 << 12) | (p << 11) | x, ((wide ? 4 : 5) << 12) | bits)
      wide = !wide
      index += taken
    } else {
      encoded.push((2 << 12) | (p << 11) | x, (15 << 12) | 3)
      index++
    }
  }
  return Buffer.concat([text(...lines), words(2, encoded)])
}

/** A frame of LZ4 with blocks of literals alone, of which every other one is stored. */
export function frameOfLiterals(content: Uint8Array, block = 300): Buffer {
  const parts: Buffer[] = [words(4, [0x184d2204]), Buffer.of(0x40, 0x40, 0xc0)]
  for (let at = 0, turn = 0; at < content.length; at += block, turn++) {
    const part = Buffer.from(content.subarray(at, at + block))
    if (turn % 2 === 1) {
      parts.push(words(4, [0x80000000 + part.length]), part)
      continue
    }
    const more: number[] = []
    for (let rest = part.length - 15; rest >= 0; rest -= 255) more.push(Math.min(rest, 255))
    const coded = Buffer.concat([Buffer.of(Math.min(15, part.length) << 4, ...more), part])
    parts.push(words(4, [coded.length]), coded)
  }
  return Buffer.concat([...parts, words(4, [0])])
}
