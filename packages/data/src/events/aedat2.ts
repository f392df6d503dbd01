import { badRecording, unreadRecording } from '../errors.ts'
import { type Events, makeEvents, sliceEvents } from './events.ts'
import { findEntry, readHeader } from './header.ts'

/** Where an address has the column, the row and the polarity, and what marks it as something else than such an event. */
interface Layout {
  width: number
  height: number
  column: number
  row: number
  columnBits: number
  rowBits: number
  polarity: number
  /** The polarity bit of an ON event. */
  on: 0 | 1
  special: number
}

const DVS128: Layout = {
  width: 128,
  height: 128,
  column: 1,
  columnBits: 7,
  row: 8,
  rowBits: 7,
  polarity: 0,
  on: 0,
  special: 1 << 15,
}
/** Bit 31 marks frames and inertia, bit 10 an external signal. */
const DAVIS = {
  column: 12,
  columnBits: 10,
  row: 22,
  rowBits: 9,
  polarity: 11,
  on: 1,
  special: (1 << 31) | (1 << 10),
} as const
const SENSORS: readonly [name: RegExp, width: number, height: number][] = [
  [/davis128/i, 128, 128],
  [/davis208/i, 208, 192],
  [/davis240/i, 240, 180],
  [/davis346/i, 346, 260],
  [/davis(rgb)?640/i, 640, 480],
]

/**
 * Decodes AEDAT 2.0 of a DVS128 (which is meant where the header names no chip) or a DAVIS: lines of text, then an address and
 * microseconds an event, both 32 bits, big-endian. As jAER shows them, columns are counted from the right; rows from the bottom,
 * so both are turned here; of a DVS128 a polarity bit of 0 is ON, as in jAER and SpikingJelly. What is no change of brightness
 * is left out.
 * @throws SNX0717 when the last event is cut, SNX0718 for another chip, SNX0719
 */
export function decodeAedat2(content: Uint8Array, path: string): Events {
  const { lines, end } = readHeader(content, '#', /^#\s*End Of ASCII Header/i)
  const layout = findLayout(findEntry(lines, 'AEChip'), path)
  const over = (content.length - end) % 8
  if (over !== 0) throw badRecording(path, 'AEDAT 2.0', `its last event is cut (${over} of 8 bytes)`)
  const view = new DataView(content.buffer, content.byteOffset + end, content.length - end)
  const events = makeEvents(view.byteLength / 8, layout.width, layout.height)
  const { width, height, column, row, polarity, on, special } = layout
  const [columnMask, rowMask] = [(1 << layout.columnBits) - 1, (1 << layout.rowBits) - 1]
  let kept = 0
  for (let at = 0; at < view.byteLength; at += 8) {
    const address = view.getUint32(at)
    if ((address & special) !== 0) continue
    const [x, y] = [width - 1 - ((address >>> column) & columnMask), height - 1 - ((address >>> row) & rowMask)]
    if (x < 0 || y < 0) throw badRecording(path, 'AEDAT 2.0', `an event lies beyond its ${width} x ${height} pixels`)
    events.x[kept] = x
    events.y[kept] = y
    events.polarity[kept] = ((address >>> polarity) & 1) === on ? 1 : 0
    events.t[kept] = view.getUint32(at + 4)
    kept++
  }
  return sliceEvents(events, 0, kept)
}

function findLayout(chip: string | null, path: string): Layout {
  if (chip === null || /dvs128|tmpdiff128/i.test(chip)) return DVS128
  for (const [name, width, height] of SENSORS) if (name.test(chip)) return { ...DAVIS, width, height }
  throw unreadRecording(
    path,
    `AEDAT 2.0 of the chip ${chip}`,
    'read are those of DVS128 and DAVIS; convert it to AEDAT 4',
  )
}
