import { InvalidArgumentError } from 'commander'

/** A positive whole number from the command line. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 4096)
    throw new InvalidArgumentError('it must be a whole number from 1 to 4096')
  return count
}

/** A time in seconds, above 0, from the command line. */
export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && Number.isFinite(seconds)))
    throw new InvalidArgumentError('it must be a number of seconds above 0')
  return seconds
}
