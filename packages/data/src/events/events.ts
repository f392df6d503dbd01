import { outsideSensor } from '../errors.ts'

/** What an event camera recorded, one entry of each array an event, in the order of the file. */
export interface Events {
  /** Columns from the left, rows from the top. */
  x: Uint16Array
  y: Uint16Array
  /** Microseconds, whole numbers (up to 2^53, so that Unix times fit). */
  t: Float64Array
  /** 0: OFF, it became darker; 1: ON, brighter. */
  polarity: Uint8Array
  /** The sensor's size; where the file does not tell it, as far as the events reach. */
  width: number
  height: number
}

/** Room for `count` events. */
export function makeEvents(count: number, width = 0, height = 0): Events {
  return {
    x: new Uint16Array(count),
    y: new Uint16Array(count),
    t: new Float64Array(count),
    polarity: new Uint8Array(count),
    width,
    height,
  }
}

/** The events `from` to `to` (not included), in the same memory. */
export function sliceEvents(events: Events, from: number, to: number): Events {
  return {
    ...events,
    x: events.x.subarray(from, to),
    y: events.y.subarray(from, to),
    t: events.t.subarray(from, to),
    polarity: events.polarity.subarray(from, to),
  }
}

/** The events of several packets as one recording. */
export function joinEvents(parts: readonly Events[]): Events {
  const whole = makeEvents(parts.reduce((sum, { t }) => sum + t.length, 0))
  let at = 0
  for (const part of parts) {
    for (const key of ['x', 'y', 't', 'polarity'] as const) whole[key].set(part[key], at)
    at += part.t.length
  }
  return whole
}

/** The same events on a sensor as large as they reach. */
export function boundEvents(events: Events): Events {
  return { ...events, width: extentOf(events.x), height: extentOf(events.y) }
}

/**
 * The same events on a sensor of this size.
 * @throws SNX0719 where one lies outside
 */
export function placeEvents(events: Events, path: string, width: number, height: number): Events {
  const { x, y } = events
  for (let index = 0; index < x.length; index++) {
    if (x[index]! >= width || y[index]! >= height) {
      throw outsideSensor(path, index, x[index]!, y[index]!, width, height)
    }
  }
  return { ...events, width, height }
}

function extentOf(places: Uint16Array): number {
  let extent = 0
  for (const place of places) if (place >= extent) extent = place + 1
  return extent
}
