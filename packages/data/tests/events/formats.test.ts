import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as zlib from 'node:zlib'
import { SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRecording } from '../../src/events/decode.ts'
import type { Events } from '../../src/events/events.ts'
import { findField, findVector, readRoot } from '../../src/events/flatbuffer.ts'
import { decompressLz4 } from '../../src/events/lz4.ts'
import * as encode from './encode.ts'
import { encodeAtis, type Row, recordings, rowsOf } from './recording.ts'

const decode = (content: Uint8Array, path = 'f') => decodeRecording(content, path)
const chunks = (rows: readonly Row[], size: number) =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size))
/** N-MNIST’s has nothing but its name to be known by. */
const pathOf = (name: string) => (name === 'N-MNIST’s' ? 'f.bin' : 'f')
const zstd = zlib.zstdCompressSync as typeof zlib.zstdCompressSync | undefined

/** Each format: what it can hold, how it is written, and the sensor that its text tells. */
const FORMATS: [
  name: string,
  limit: { t: number; x: number; y: number },
  write: (rows: Row[]) => Uint8Array,
  sensor?: [number, number],
][] = [
  ['AEDAT 2.0 of a DVS128', { t: 2 ** 32 - 1, x: 127, y: 127 }, (rows) => encode.encodeDvs128(rows), [128, 128]],
  [
    'AEDAT 2.0 of a DAVIS346',
    { t: 2 ** 31, x: 345, y: 259 },
    (rows) => encode.encodeDavis(rows, 'Davis346red', 346, 260),
    [346, 260],
  ],
  [
    'AEDAT 2.0 of a DAVIS240',
    { t: 2 ** 31, x: 239, y: 179 },
    (rows) => encode.encodeDavis(rows, 'Davis240C', 240, 180),
    [240, 180],
  ],
  [
    'AEDAT 3.1 of a DVS128',
    { t: 2 ** 31 - 1, x: 127, y: 127 },
    (rows) => encode.encodeAedat3(chunks(rows, 7).map((part) => encode.packet3(part))),
    [128, 128],
  ],
  [
    'AEDAT 3.1 of a sensor of its own',
    { t: 2 ** 31 - 1, x: 0x7fff, y: 0x7fff },
    (rows) => encode.encodeAedat3([encode.packet3(rows)], 'Mine'),
  ],
  [
    'AEDAT 4.0',
    { t: 2 ** 52, x: 345, y: 259 },
    (rows) => encode.encodeAedat4(chunks(rows, 9).map(encode.packet4), 0),
    [346, 260],
  ],
  [
    'AEDAT 4.0 by LZ4',
    { t: 2 ** 52, x: 345, y: 259 },
    (rows) => encode.encodeAedat4(chunks(rows, 30).map(encode.packet4), 1, encode.frameOfLiterals),
    [346, 260],
  ],
  ['DAT', { t: 2 ** 32 - 1, x: 0x3fff, y: 0x3fff }, (rows) => encode.encodeDat(rows)],
  [
    'DAT with a size',
    { t: 2 ** 32 - 1, x: 639, y: 479 },
    (rows) => encode.encodeDat(rows, ['% Width 640\n', '% Height 480\n', '% Version 2\n', '% end\n']),
    [640, 480],
  ],
  ['EVT 2.0', { t: 2 ** 34 - 1, x: 2047, y: 2047 }, (rows) => encode.encodeEvt2(rows)],
  [
    'EVT 2.0 with a size',
    { t: 2 ** 34 - 1, x: 639, y: 479 },
    (rows) => encode.encodeEvt2(rows, ['% evt 2.0\n', '% geometry 640x480\n', '% end\n']),
    [640, 480],
  ],
  ['EVT 3.0', { t: 2 ** 24 - 1, x: 2047, y: 2047 }, (rows) => encode.encodeEvt3(rows, false)],
  [
    'EVT 3.0 in vectors',
    { t: 9000, x: 40, y: 2 },
    (rows) =>
      encode.encodeEvt3(
        rows.toSorted(([t, x, y, p], [u, v, w, q]) => t - u || y - w || p - q || x - v),
        true,
        ['% format EVT3;height=720;width=1280\n', '% end\n'],
      ),
    [1280, 720],
  ],
  ['N-MNIST’s', { t: 2 ** 23 - 1, x: 255, y: 255 }, (rows) => encodeAtis(rows)],
]

describe('recordings of', () => {
  it.each(FORMATS)('%s are read as they were written', (name, limit, write, sensor) => {
    fc.assert(
      fc.property(recordings({ ...limit, maxLength: 120 }), (rows) => {
        const ordered =
          name === 'EVT 3.0 in vectors'
            ? rows.toSorted(([t, x, y, p], [u, v, w, q]) => t - u || y - w || p - q || x - v)
            : rows
        const events = decode(write(rows), pathOf(name))
        expect(rowsOf(events)).toEqual(ordered)
        const reached = [1, 2].map((key) => Math.max(0, ...rows.map((row) => row[key]! + 1)))
        expect([events.width, events.height]).toEqual(sensor ?? reached)
      }),
      { seed: 7, numRuns: 60 },
    )
  })

  it.skipIf(zstd === undefined)('AEDAT 4.0 by zstd are read, where Node can', () => {
    const rows: Row[] = Array.from({ length: 500 }, (_, index) => [
      1_605_507_430_438_338 + index,
      index % 346,
      index % 260,
      index & 1,
    ])
    const content = encode.encodeAedat4(chunks(rows, 100).map(encode.packet4), 3, (packet) => zstd!(packet))
    expect(rowsOf(decode(content))).toEqual(rows)
    expect(() => decode(encode.encodeAedat4([Buffer.alloc(50, 1)], 4))).toThrow(
      expect.objectContaining({ code: 'SNX0717' }),
    )
  })
})

describe('what is no change of brightness is left out', () => {
  it('of AEDAT 2.0: signals from outside, frames', () => {
    const rows: Row[] = [[1, 2, 3, 1], [4, 5, 6, 0]] // biome-ignore format: two rows
    const outside = Buffer.concat([encode.encodeDvs128(rows), Buffer.of(0, 0, 0x80, 0, 0, 0, 0, 9)])
    expect(rowsOf(decode(outside))).toEqual(rows)
    const frame = Buffer.concat([
      encode.encodeDavis(rows, 'Davis346red', 346, 260),
      Buffer.of(0x80, 0, 0, 0, 0, 0, 0, 9),
    ])
    expect(rowsOf(decode(frame))).toEqual(rows)
  })

  it('of AEDAT 3.1: other packets, events that are not valid, room that is not used', () => {
    const rows: Row[] = [[1, 2, 3, 1], [4, 5, 6, 0]] // biome-ignore format: two rows
    const packets = [
      encode.packet3(rows, { type: 2 }),
      encode.packet3(rows, { valid: 0 }),
      encode.packet3(rows, { room: 5 }),
      encode.packet3(rows, { overflow: 3 }),
    ]
    const later = rows.map(([t, ...rest]): Row => [t + 3 * 2 ** 31, ...rest])
    expect(rowsOf(decode(encode.encodeAedat3(packets)))).toEqual([...rows, ...later])
  })

  it('of EVT: events before the first time, and times go on when their bits start again', () => {
    const later: Row[] = [[2 ** 24 - 1, 1, 1, 1], [2 ** 24 + 5, 2, 1, 0]] // biome-ignore format: two rows
    const evt3 = encode.encodeEvt3(later, false, ['% evt 3.0\n'])
    const early = Buffer.concat([evt3.subarray(0, 10), Buffer.of(1, 0x20), evt3.subarray(10)])
    expect(rowsOf(decode(early))).toEqual(later)
    const days: Row[] = [[2 ** 34 - 1, 1, 1, 1], [2 ** 34 + 7, 2, 1, 0]] // biome-ignore format: two rows
    expect(rowsOf(decode(encode.encodeEvt2(days)))).toEqual(days)
  })
})

describe('a recording is refused', () => {
  const rows: Row[] = [[5, 3, 4, 1], [9, 1, 2, 0]] // biome-ignore format: two rows
  it.each<[string, Uint8Array, string, string]>([
    [
      'of no known format',
      Buffer.from('<html>'),
      'SNX0717',
      'f is damaged, or no recording of events: its first bytes are of no format that is known',
    ],
    ['that is empty', Buffer.alloc(0), 'SNX0717', 'its first bytes are of no format'],
    ['of AEDAT 1.0', Buffer.from('#!AER-DAT1.0\r\n'), 'SNX0718', 'f holds AEDAT 1.0, which is not read'],
    ['of AEDAT 3.0', Buffer.from('#!AER-DAT3.0\r\n'), 'SNX0718', 'f holds AEDAT 3.0, which is not read'],
    [
      'of another chip',
      encode.encodeDvs128(rows, ['#!AER-DAT2.0\r\n', '# AEChip: ch.unizh.ini.jaer.chip.cochlea.AMS1c\r\n']),
      'SNX0718',
      'AMS1c',
    ],
    [
      'whose last event in AEDAT 2.0 is cut',
      encode.encodeDvs128(rows).subarray(0, -3),
      'SNX0717',
      'its last event is cut (5 of 8 bytes)',
    ],
    [
      'whose events in AEDAT 2.0 lie beyond',
      encode.encodeDavis([[1, 0, 3, 1]], 'Davis240C', 346, 180),
      'SNX0717',
      '240 x 180',
    ],
    ['whose header in AEDAT 3.1 is cut', encode.encodeAedat3([]).subarray(0, -6), 'SNX0717', 'its header has no end'],
    [
      'in another form of AEDAT 3.1',
      encode.encodeAedat3([], 'DVS128', 'Serial'),
      'SNX0718',
      'AEDAT 3.1 in the format Serial',
    ],
    [
      'whose last packet in AEDAT 3.1 is cut',
      encode.encodeAedat3([encode.packet3(rows)]).subarray(0, -1),
      'SNX0717',
      'its last packet is cut',
    ],
    [
      'whose packet header in AEDAT 3.1 is cut',
      encode.encodeAedat3([encode.packet3([])]).subarray(0, -1),
      'SNX0717',
      'its last packet is cut',
    ],
    [
      'with more events than room',
      encode.encodeAedat3([encode.packet3(rows)].map((packet) => packet.fill(1, 16, 17))),
      'SNX0717',
      'a packet makes no sense',
    ],
    [
      'with events beyond the sensor in AEDAT 3.1',
      encode.encodeAedat3([encode.packet3([[1, 128, 0, 1]])]),
      'SNX0719',
      'f: event 0 is at column 128, row 0, but the sensor has 128 x 128 pixels',
    ],
    [
      'whose last packet in AEDAT 4.0 is cut',
      encode.encodeAedat4([encode.packet4(rows)], 0).subarray(0, -1),
      'SNX0717',
      'its last packet is cut',
    ],
    ['whose header in AEDAT 4.0 is cut', encode.encodeAedat4([], 0).subarray(0, 200), 'SNX0717', 'it ends too early'],
    [
      'that is not compressed as AEDAT 4.0 says',
      encode.encodeAedat4([encode.packet4(rows)], 1),
      'SNX0717',
      'it is no frame of LZ4',
    ],
    [
      'with events beyond the sensor in AEDAT 4.0',
      encode.encodeAedat4([encode.packet4([[1, 9, 3, 1]])], 0, undefined, [9, 9]),
      'SNX0719',
      'column 9',
    ],
    [
      'of DAT with other events',
      encode.encodeDat(rows).fill(14, 45, 46),
      'SNX0718',
      'DAT with events of type 14 and 8 bytes',
    ],
    ['of DAT of another version', encode.encodeDat(rows, ['% Version 1\n']), 'SNX0718', 'DAT of version 1'],
    [
      'whose last event in DAT is cut',
      encode.encodeDat(rows).subarray(0, -7),
      'SNX0717',
      'its last event is cut (1 of 8 bytes)',
    ],
    ['of DAT that is only text', Buffer.from('% Version 2\n'), 'SNX0717', 'it ends with its header'],
    [
      'whose last word in EVT 2.0 is cut',
      encode.encodeEvt2(rows).subarray(0, -1),
      'SNX0717',
      'its last word is cut (3 of 4 bytes)',
    ],
    [
      'with a word of no type in EVT 2.0',
      Buffer.concat([encode.encodeEvt2([]), Buffer.of(0, 0, 0, 0x50)]),
      'SNX0717',
      'word 0 is of type 5',
    ],
    [
      'whose last word in EVT 3.0 is cut',
      encode.encodeEvt3(rows, false).subarray(0, -1),
      'SNX0717',
      'its last word is cut (1 of 2 bytes)',
    ],
    [
      'with a word of no type in EVT 3.0',
      Buffer.concat([encode.encodeEvt3([], false), Buffer.of(0, 0x10)]),
      'SNX0717',
      'word 0 is of type 1',
    ],
    ['of EVT 2.1', Buffer.from('% evt 2.1\n'), 'SNX0718', 'f holds EVT 2.1, which is not read'],
  ])('%s', (_, content, code, message) => {
    expect(() => decode(content)).toThrow(
      expect.objectContaining({ name: 'SnnxError', code, message: expect.stringContaining(message) }),
    )
  })
})

describe('LZ4', () => {
  /** A frame with one block. */
  const frame = (...block: number[]) =>
    Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0, block.length, 0, 0, 0, ...block, 0, 0, 0, 0)

  it('unpacks matches that overlap, and lengths of several bytes, as the format’s description says', () => {
    // 1 literal `a`, then 4 + 15 + 255 + 3 bytes from 1 ago; then 2 literals.
    const unpacked = decompressLz4(frame(0x1f, 97, 1, 0, 255, 3, 0x20, 98, 99), 1000)
    expect(Buffer.from(unpacked).toString()).toBe(`${'a'.repeat(1 + 4 + 15 + 255 + 3)}bc`)
  })

  it('lets a block refer to the one before', () => {
    const two = Uint8Array.of(
      0x04,
      0x22,
      0x4d,
      0x18,
      0x40,
      0x40,
      0xc0,
      4,
      0,
      0,
      0x80,
      1,
      2,
      3,
      4,
      5,
      0,
      0,
      0,
      0x00,
      4,
      0,
      0x10,
      9,
      0,
      0,
      0,
      0,
    )
    expect([...decompressLz4(two, 100)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 9])
  })

  it('gives back what was packed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 600 }), (content, block) => {
        expect(Uint8Array.from(decompressLz4(encode.frameOfLiterals(content, block), 2000))).toEqual(content)
      }),
      { seed: 9 },
    )
  })

  it.each([
    ['before the beginning', frame(0x10, 97, 2, 0, 0x10, 98), 'refers to what is not there'],
    ['nowhere', frame(0x10, 97, 0, 0, 0x10, 98), 'refers to what is not there'],
    ['beyond the block', frame(0x20, 97), 'a block is cut'],
    ['beyond the limit', frame(0x1f, 97, 1, 0, 255, 255, 255, 255, 0, 0x00), 'more than 1000 bytes'],
    ['into a dictionary', frame(0).with(4, 0x41), 'another kind'],
    ['into text', Uint8Array.from(Buffer.from('hello world')), 'no frame of LZ4'],
  ])('refuses what leads %s', (_, content, message) => {
    expect(() => decompressLz4(content, 1000)).toThrow(
      expect.objectContaining({ name: 'RangeError', message: expect.stringContaining(message) }),
    )
  })
})

describe('damaged recordings', () => {
  const rows: Row[] = Array.from({ length: 90 }, (_, index) => [
    index * 50,
    (index * 7) % 41,
    (index * 3) % 3,
    index & 1,
  ])
  it.each(FORMATS)('of %s are read or refused by a coded error, whatever was done to them', (name, _, write) => {
    const whole = write(rows)
    const damage = fc.record({
      keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7)), { maxLength: 6 }),
      garbage: fc.uint8Array({ maxLength: 12 }),
    })
    const outcomes = { read: 0, refused: 0 }
    fc.assert(
      fc.property(damage, ({ keep, flips, garbage }) => {
        const content = Uint8Array.from([...whole.subarray(0, Math.ceil(keep * whole.length)), ...garbage])
        for (const [where, bit] of flips) {
          if (content.length > 0) content[Math.floor(where * (content.length - 1))]! ^= 1 << bit
        }
        try {
          const { x, y, t, polarity, width, height } = decode(content, pathOf(name))
          expect(new Set([x.length, y.length, t.length, polarity.length]).size).toBe(1)
          for (const [index, time] of t.entries()) {
            expect(Number.isSafeInteger(time) && x[index]! < width && y[index]! < height && polarity[index]! < 2).toBe(
              true,
            )
          }
          outcomes.read++
        } catch (error) {
          if (!(error instanceof SnnxError)) throw error
          expect(error.code).toMatch(/^SNX07(06|1[789])$/)
          outcomes.refused++
        }
      }),
      { seed: 12, numRuns: 400 },
    )
    expect(outcomes.read).toBeGreaterThan(0)
    expect(outcomes.refused).toBeGreaterThan(10)
  })
})

const roots = (process.env.SNNX_DATA ?? '').split(delimiter)
const samples = roots.map((root) => join(root, 'event-format-samples')).find((folder) => existsSync(folder))
const sample = (name: string): Uint8Array => readFileSync(join(samples!, name))
const read = (name: string): Events => decode(sample(name), name)
const ascends = ({ t }: Events) => t.every((time, index) => index === 0 || time >= t[index - 1]!)

describe.skipIf(samples === undefined)(
  `recordings of real sensors${samples === undefined ? ' (not on this machine)' : ''}`,
  () => {
    it('AEDAT 4.0: as many events as its own table lists, in the times that it lists', () => {
      const content = sample('sample.aedat4')
      const events = read('sample.aedat4')
      expect([events.width, events.height]).toEqual([320, 240])
      expect(ascends(events)).toBe(true)
      const header = readRoot(content.subarray(18)).table
      const position = Number(header.view.getBigInt64(findField(header, 1)!, true))
      const { table } = readRoot(decompressLz4(content.subarray(position), 1 << 24).subarray(4))
      const listed = findVector(table, 0, 4)!
      let [number, first, last] = [0, Number.POSITIVE_INFINITY, 0]
      for (let index = 0; index < listed.length; index++) {
        const at = listed.start + 4 * index
        const packet = { view: table.view, at: at + table.view.getUint32(at, true) }
        const long = (field: number) => Number(table.view.getBigInt64(findField(packet, field)!, true))
        const stream = findField(packet, 1)!
        if (table.view.getInt32(stream, true) !== 0) continue
        number += long(2)
        first = Math.min(first, long(3))
        last = Math.max(last, long(4))
      }
      expect(events.t).toHaveLength(number)
      expect([events.t[0], events.t.at(-1)]).toEqual([first, last])
    })

    it('AEDAT 2.0: a header without events', () => {
      expect(read('sample_aedat_header.aedat')).toMatchObject({ t: new Float64Array(), width: 346, height: 260 })
    })

    it('DAT of N-CARS: every event on the part of the sensor that its cars are on', () => {
      const events = read('sample_ncars.dat')
      expect(events.t).toHaveLength((16_165 - 0x5d) / 8)
      expect(rowsOf(events).slice(0, 3)).toEqual([
        [0, 25, 8, 0],
        [35, 67, 35, 0],
        [152, 56, 27, 1],
      ])
      expect(ascends(events) && events.t.at(-1)! <= 100_000).toBe(true)
      expect(events.width <= 120 && events.height <= 100).toBe(true)
    })

    it('EVT 2.0 and 3.0: as many events as the words say, in ascending times, on the sensor', () => {
      const evt2 = read('evt2_sample.raw')
      const words = sample('evt2_sample.raw').subarray(164)
      expect(evt2.t).toHaveLength(
        Array.from({ length: words.length / 4 }, (_, at) => words[4 * at + 3]! >> 5).filter((kind) => kind === 0)
          .length,
      )
      expect(ascends(evt2)).toBe(true)
      expect(evt2.width <= 640 && evt2.height <= 480).toBe(true)
      const evt3 = read('evt3_sample.raw')
      expect(evt3.t.length).toBeGreaterThan(100_000)
      expect(ascends(evt3)).toBe(true)
      expect(evt3.width <= 1280 && evt3.height <= 720).toBe(true)
    })

    it('N-MNIST’s', () => {
      const events = read('sample_nmnist.bin')
      expect([events.t.length, events.width, events.height, ascends(events)]).toEqual([4325, 34, 34, true])
    })
  },
)
