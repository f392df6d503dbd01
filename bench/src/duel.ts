import type { Repeats } from './case.ts'

/** Milliseconds of each step of a round. */
export interface Round {
  times: number[]
}

/** One side of a comparison, warmed up. */
export interface Contestant<Of extends Round = Round> {
  /** Steps until the seconds are over, and this many at least. */
  round(seconds: number, steps: number): Promise<Of>
}

/** What both sides did, round by round. */
export interface Duel<Of extends Round = Round> {
  ours: Of[]
  peer: Round[]
}

/**
 * Rounds of both sides in turn, A B A B, so that whatever else slows the machine down slows both.
 * @param peer `null`: only ours runs
 * @param tell called after each round of ours and the peer's answer to it
 */
export async function duel<Of extends Round>(
  ours: Contestant<Of>,
  peer: Contestant | null,
  { rounds, seconds, steps }: Repeats,
  tell: (so: Duel<Of>) => void = () => {},
): Promise<Duel<Of>> {
  const so: Duel<Of> = { ours: [], peer: [] }
  for (let index = 0; index < rounds; index++) {
    so.ours.push(await ours.round(seconds, steps))
    if (peer) so.peer.push(await peer.round(seconds, steps))
    tell(so)
  }
  return so
}
