import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { type Events, makeEvents } from '../../src/events/events.ts'

/** One event as a row, in the order of the fixtures. */
export type Row = readonly [t: number, x: number, y: number, polarity: number]

export function eventsOf(rows: readonly Row[], width = 0, height = 0): Events {
  const events = makeEvents(rows.length, width, height)
  for (const [index, [t, x, y, polarity]] of rows.entries()) {
    events.t[index] = t
    events.x[index] = x
    events.y[index] = y
    events.polarity[index] = polarity
  }
  return events
}

export function rowsOf({ t, x, y, polarity }: Events): Row[] {
  return Array.from(t, (time, index) => [time, x[index]!, y[index]!, polarity[index]!])
}

/** The format of N-MNIST, from its description. */
export function encodeAtis(rows: readonly Row[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    rows.flatMap(([t, x, y, polarity]) => [x, y, (polarity << 7) | (t >> 16), (t >> 8) & 255, t & 255]),
  )
}

/** Rows in ascending order of time. */
export function recordings(limit: { t: number; x: number; y: number; maxLength?: number }): fc.Arbitrary<Row[]> {
  const row = fc.tuple(fc.nat(limit.t), fc.nat(limit.x), fc.nat(limit.y), fc.nat(1))
  return fc.array(row, { maxLength: limit.maxLength ?? 40 }).map((rows) => rows.toSorted(([a], [b]) => a - b))
}

/** A recording as SpikingJelly read and integrated it. */
export interface Peer {
  file_sha256: string
  bytes: number
  events: number
  height: number
  width: number
  t_first: number
  t_last: number
  events_by_polarity: [number, number]
  first_20_txyp: Row[]
  last_txyp: Row
  splits: Record<
    'number' | 'time',
    {
      j_l: number[]
      j_r: number[]
      int32_le_sha256: string
      frames: {
        sum: number
        sum_by_polarity: [number, number]
        max: number
        nonzero_p_y_x_count?: [number, number, number, number][]
      }[]
    }
  >
}

export function readPeer(name: 'nmnist' | 'dvs'): Peer {
  return JSON.parse(
    readFileSync(new URL(`../../../../fixtures/peers/events/events-${name}.json`, import.meta.url), 'utf8'),
  )
}
