/** A place in a chart with a logarithmic horizontal axis. */
export interface Place {
  x: number
  y: number
}

/** The share of a line that lies at or above `floor`: ends where it crosses, and a gap (no number) where it is below. */
export function cutBelow(line: readonly Place[], floor: number): Place[] {
  return line.flatMap((place, index) => {
    const before = line[index - 1]
    const crosses = before !== undefined && before.y < floor !== place.y < floor
    const here = place.y < floor ? { x: place.x, y: Number.NaN } : place
    return crosses ? [cross(before, place, floor), here] : [here]
  })
}

/** Where the straight line between two places, as drawn, meets `floor`. */
function cross(from: Place, to: Place, floor: number): Place {
  const share = (floor - from.y) / (to.y - from.y)
  return { x: from.x * (to.x / from.x) ** share, y: floor }
}
