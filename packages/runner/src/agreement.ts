import type { Result } from '@snnx/ir'

/** How a figure found now agrees with the recorded one: the same, the same up to rounding, or not. */
export type Agreement = 'exact' | 'rounding' | 'none'

/**
 * The relative difference that rounding is granted in what is counted of spikes and answers. Another processor, backend or
 * engine adds up in another order; a membrane within 1e-7 of the threshold then fires or does not, and in the following
 * layers others after it. Seen so far: 4e-7 of spikes, one answer in 10,000.
 */
const ROUNDING = 1e-3

/** Where a measurement is made. */
export type Setting = Pick<Result['engine'], 'backend' | 'version'> & Pick<Result['machine'], 'cpu'>

/** Whether the same bits are to be expected of both. */
export function isSameSetting(one: Setting, other: Setting): boolean {
  return one.backend === other.backend && one.version === other.version && one.cpu === other.cpu
}

/** The agreement of two counts; rounding is granted only where asked for. */
export function compareCounts(recorded: number, found: number, rounding: boolean): Agreement {
  if (recorded === found) return 'exact'
  const most = Math.max(1, ROUNDING * Math.max(recorded, found))
  return rounding && Math.abs(recorded - found) <= most ? 'rounding' : 'none'
}
