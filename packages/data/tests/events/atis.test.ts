import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAtis } from '../../src/events/atis.ts'
import { type Events, placeEvents } from '../../src/events/events.ts'
import { boundFrames, integrateEvents } from '../../src/events/integrate.ts'
import { encodeAtis, eventsOf, type Peer, readPeer, recordings, rowsOf } from './recording.ts'

describe('40 bits an event', () => {
  it('decode as the format’s description says', () => {
    // x = 7, y = 15, ON, t = 0x0123 + 0x450000; then x = 255, y = 0, OFF, t = 2^23 - 1
    const events = decodeAtis(Uint8Array.of(7, 15, 0x80 | 0x45, 0x01, 0x23, 255, 0, 0x7f, 0xff, 0xff), 'f')
    expect(rowsOf(events)).toEqual([
      [0x450123, 7, 15, 1],
      [8_388_607, 255, 0, 0],
    ])
    expect([events.width, events.height]).toEqual([256, 16])
  })

  it('give back what was written', () => {
    fc.assert(
      fc.property(recordings({ t: 0x7fffff, x: 255, y: 255 }), (rows) => {
        expect(rowsOf(decodeAtis(encodeAtis(rows), 'f'))).toEqual(rows)
      }),
      { seed: 1 },
    )
  })

  it('are refused when the last one is cut', () => {
    expect(() => decodeAtis(new Uint8Array(11), 'f')).toThrow(
      expect.objectContaining({
        code: 'SNX0706',
        message: 'f has the wrong length: expected a multiple of 5 (bytes of an event), found 11 bytes',
      }),
    )
    expect(decodeAtis(new Uint8Array(), 'f')).toMatchObject({ width: 0, height: 0 })
  })

  it('are refused beyond the sensor', () => {
    const events = eventsOf([
      [0, 33, 33, 0],
      [1, 34, 2, 1],
    ])
    expect(() => placeEvents(events, 'f', 34, 34)).toThrow(
      expect.objectContaining({
        code: 'SNX0719',
        message: 'f: event 1 is at column 34, row 2, but the sensor has 34 x 34 pixels',
      }),
    )
  })
})

/** A member of the archive of recordings, read by nothing but the layout of tar: headers of 512 bytes. */
function memberOf(archive: Uint8Array, name: string): Uint8Array {
  const text = (from: number, to: number) => Buffer.from(archive.subarray(from, to)).toString('latin1').split('\0')[0]!
  for (let at = 0; at < archive.length; ) {
    const size = Number.parseInt(text(at + 124, at + 136), 8)
    if (text(at, at + 100).endsWith(name)) return archive.subarray(at + 512, at + 512 + size)
    at += 512 + 512 * Math.ceil(size / 512)
  }
  throw new Error(`no ${name}`)
}

const find = (name: string) =>
  (process.env.SNNX_DATA ?? '')
    .split(delimiter)
    .map((root) => join(root, name))
    .find((path) => existsSync(path))
const nmnist = find('nmnist/nmnist-slayer1100.tar.gz')
const gesture = find('dvs128-gesture-slayer10/1.bs2.gz')
const hereOrNot = (path: string | undefined) => (path === undefined ? ' (not on this machine)' : '')

function expectAsPeer(content: Uint8Array, peer: Peer): Events {
  expect(createHash('sha256').update(content).digest('hex')).toBe(peer.file_sha256)
  const events = placeEvents(decodeAtis(content, 'recording'), 'recording', peer.width, peer.height)
  const rows = rowsOf(events)
  expect(rows).toHaveLength(peer.events)
  expect(rows.slice(0, 20)).toEqual(peer.first_20_txyp)
  expect(rows.at(-1)).toEqual(peer.last_txyp)
  const on = rows.filter(([, , , polarity]) => polarity === 1).length
  expect([rows.length - on, on]).toEqual(peer.events_by_polarity)
  for (const [name, split] of [
    ['number', 'count'],
    ['time', 'time'],
  ] as const) {
    const expected = peer.splits[name]
    const bounds = boundFrames(events, 10, split)
    expect(bounds.map(([from]) => from)).toEqual(expected.j_l)
    expect(bounds.map(([, to]) => to)).toEqual(expected.j_r)
    const sums = integrateEvents(events, 10, split)
    const plane = peer.width * peer.height
    for (const [frame, of] of expected.frames.entries()) {
      const halves = [0, 1].map((polarity) =>
        sums.subarray((2 * frame + polarity) * plane, (2 * frame + polarity + 1) * plane),
      )
      expect(halves.map((half) => half.reduce((sum, count) => sum + count, 0))).toEqual(of.sum_by_polarity)
      expect(Math.max(...halves.map((half) => half.reduce((most, count) => Math.max(most, count), 0)))).toBe(of.max)
      if (of.nonzero_p_y_x_count === undefined) continue
      const listed = halves.flatMap((half, polarity) =>
        Array.from(half, (count, at) => [polarity, Math.floor(at / peer.width), at % peer.width, count]),
      )
      expect(listed.filter(([, , , count]) => count !== 0)).toEqual(of.nonzero_p_y_x_count)
    }
    const bytes = new DataView(new ArrayBuffer(4 * sums.length))
    for (const [at, count] of sums.entries()) bytes.setInt32(4 * at, count, true)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected.int32_le_sha256)
  }
  return events
}

describe('SpikingJelly’s reading and frames', () => {
  it.skipIf(nmnist === undefined)(`of a recording of N-MNIST are ours${hereOrNot(nmnist)}`, () => {
    const archive = gunzipSync(readFileSync(nmnist!))
    const events = expectAsPeer(memberOf(archive, 'Train/0/00002.bin'), readPeer('nmnist'))
    expect([events.width, events.height]).toEqual([34, 34])
  })

  it.skipIf(gesture === undefined)(`of a recording of DVS128 Gesture are ours${hereOrNot(gesture)}`, () => {
    expectAsPeer(gunzipSync(readFileSync(gesture!)), readPeer('dvs'))
  })

  it('give the frames listed, from the events that they list', () => {
    // Without the recording: the pixels of a frame put back as events, in the frames' order, are split by count again.
    const { splits, width, height, events } = readPeer('nmnist')
    const rows = splits.number.frames.flatMap(({ nonzero_p_y_x_count }, frame) =>
      nonzero_p_y_x_count!.flatMap(([p, y, x, count]) =>
        Array.from({ length: count }, () => [frame, x, y, p] as const),
      ),
    )
    expect(rows).toHaveLength(events)
    const sums = integrateEvents(eventsOf(rows, width, height), 10, 'count')
    const bytes = new DataView(new ArrayBuffer(4 * sums.length))
    for (const [at, count] of sums.entries()) bytes.setInt32(4 * at, count, true)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(splits.number.int32_le_sha256)
  })
})
