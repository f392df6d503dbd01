import { InvalidArgumentError } from 'commander'

/** A positive whole number from the command line. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 4096)
    throw new InvalidArgumentError('it must be a whole number from 1 to 4096')
  return count
}
