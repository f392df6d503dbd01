/** A share of 1 as percent with at least three significant digits where it is small: `12.3 %`, `0.731 %`. */
export function formatShare(share: number): string {
  return `${trimZeros((100 * share).toPrecision(share >= 0.9995 ? 4 : 3))} %`
}

/** Percent with two decimals, as accuracies are compared. */
export const formatAccuracy = (percent: number) => percent.toFixed(2)

/** Points of accuracy with their sign: `+0.42`, `-1.30`. */
export const formatChange = (points: number) => (points > 0 ? `+${points.toFixed(2)}` : points.toFixed(2))

/** A count with thousands apart: `635,200`. */
export const formatCount = (count: number) => Math.round(count).toLocaleString('en-US')

/** Four significant digits, plain where that is short: `0.0213`, `551,234`, `1.20e-5`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1000 && size < 1e9) return formatCount(value)
  return size >= 1e-3 && size < 1000 ? trimZeros(value.toPrecision(4)) : value.toExponential(2)
}

/** The swept values of a job, without the method, which has a place of its own. */
export function formatVariant(variant: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(variant).filter(([address]) => address !== 'compress')
  return entries.map(([address, value]) => `${address} = ${value}`).join(', ')
}

/** Bytes in decimal units: `2.54 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toPrecision(3)} ${units[power]}`
}

/** Seconds as a person says them: `42 s`, `3 min`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 99.5) return `${Math.max(0, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** Text from a file or an engine, made harmless for a terminal: control characters show as `\x1b` and the like. */
export function sanitize(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0)
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}

function trimZeros(digits: string): string {
  return digits.includes('.') && !digits.includes('e') ? digits.replace(/\.?0+$/, '') : digits
}
