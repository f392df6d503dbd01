/** A narrow no-break space, between a number and its unit. */
export const THIN = '\u202f'
/** A true minus sign, as wide as a plus. */
const MINUS = '\u2212'

const PREFIXES = ['p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P'] as const
const BASE = PREFIXES.indexOf('')

/** A number with a fixed count of decimals and a true minus sign: `-0.5` is `−0.50`. */
export function formatFixed(value: number, decimals = 2): string {
  if (Math.abs(value) >= 1e15) return formatSignificant(value)
  const text = Math.abs(value).toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? MINUS + text : text
}

/** The same with its sign always shown, except at zero. */
export function formatChange(value: number, decimals = 2): string {
  const text = formatFixed(value, decimals)
  return value > 0 && Number(text) !== 0 ? `+${text}` : text
}

/** Three significant digits; powers of ten outside [1e-4, 1e6). */
export function formatSignificant(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size >= 1e-4 && size < 1e6 ? trim(size) : formatPower(size)
  return value < 0 ? MINUS + text : text
}

/** Three significant digits with an SI prefix: `formatSi(5080000)` is `5.08 M`, `formatSi(2.3e-6, 'J')` is `2.30 µJ`. */
export function formatSi(value: number, unit = ''): string {
  if (value === 0) return join('0', unit)
  const rounded = Number(Math.abs(value).toPrecision(3))
  const step = Math.floor(Math.log10(rounded) / 3)
  const prefix = PREFIXES[BASE + step]
  if (prefix === undefined) return join(formatSignificant(value), unit)
  const scaled = rounded / 1000 ** step
  const whole = prefix === '' && unit === '' && Number.isInteger(value)
  const digits = whole ? String(rounded) : scaled.toPrecision(3)
  return (value < 0 ? MINUS : '') + join(digits, prefix + unit)
}

/** A share of 1 in percent, three significant digits: 0.0235 is `2.35 %`, 1 is `100 %`. */
export function formatShare(share: number): string {
  return join(formatSignificant(share * 100), '%')
}

/** A count with thin spaces between thousands. */
export function formatCount(value: number): string {
  if (Math.abs(value) >= 1e15) return formatSignificant(value)
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN)
}

/** Seconds as `4.2 s`, `3 min 20 s` or `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return join(seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds)), 's')
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return hours > 0
    ? `${join(formatCount(hours), 'h')} ${join(String(minutes), 'min')}`
    : `${join(String(minutes), 'min')} ${join(String(whole % 60), 's')}`
}

/** Two formatted figures as a range, a unit they share said once: `65.6 to 65.7 nJ`. */
export function formatRange(least: string, greatest: string): string {
  const unit = least.split(THIN)[1]
  const shared = unit !== undefined && greatest.endsWith(THIN + unit)
  return `${shared ? least.slice(0, -unit.length - 1) : least} to ${greatest}`
}

/** An ISO time as `24 Nov 2026, 10:05`, in UTC. */
export function formatTime(iso: string): string {
  return `${formatDate(iso)}, ${new Date(iso).toISOString().slice(11, 16)}`
}

/** An ISO time as `24 Nov 2026`, in UTC. */
export function formatDate(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
}

/** `1 row`, `2 rows`. */
export function formatPlural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

function join(number: string, unit: string): string {
  return unit === '' ? number : number + THIN + unit
}

/** Three significant digits of a number in [1e-4, 1e6), no needless zeros. */
function trim(size: number): string {
  return String(Number(size.toPrecision(3)))
}

function formatPower(size: number): string {
  const [mantissa, exponent] = size.toExponential(2).split('e') as [string, string]
  return `${mantissa}e${exponent.replace('+', '').replace('-', MINUS)}`
}

/** A number and its unit stay on one line. */
export function bindUnits(text: string): string {
  return text.replace(/(?<=\d) /g, '\u202f')
}
