import { findEntry } from './header.ts'

/** The sensor's size, as the text before Prophesee's recordings tells it in one way or another; `null` where it does not. */
export function findSensor(lines: readonly string[]): { width: number; height: number } | null {
  const format = findEntry(lines, 'format') ?? ''
  const [width, height] = [
    /(?:^|;)width=(\d+)/.exec(format)?.[1] ?? findEntry(lines, 'Width'),
    /(?:^|;)height=(\d+)/.exec(format)?.[1] ?? findEntry(lines, 'Height'),
  ]
  if (width !== null && height !== null) return sizes(width, height)
  const geometry = /^(\d+)x(\d+)$/.exec(findEntry(lines, 'geometry') ?? '')
  return geometry === null ? null : sizes(geometry[1]!, geometry[2]!)
}

/** The version of EVT in the text before a raw recording, such as `2.0` or `3.0`; `null` where there is none. */
export function findVersion(lines: readonly string[]): string | null {
  const version = findEntry(lines, 'evt') ?? /^EVT([\d.]+)/.exec(findEntry(lines, 'format') ?? '')?.[1]
  if (version === undefined) return null
  return version.includes('.') ? version : `${version}.0`
}

function sizes(width: string, height: string): { width: number; height: number } | null {
  const sensor = { width: Number(width), height: Number(height) }
  return Number.isSafeInteger(sensor.width) && Number.isSafeInteger(sensor.height) ? sensor : null
}
