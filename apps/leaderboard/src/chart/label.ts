/** Digits and letters of a label take this much, in pixels. */
const CHARACTER = 5.5
const GAP = 3

/** A label in a row, with its middle in pixels. */
export interface Label {
  text: string
  middle: number
}

/** How wide a label is, about. */
export function widthOf(text: string): number {
  return CHARACTER * text.length
}

/**
 * Puts the labels of one row above it, or where they would overlap below it, from left to right.
 *
 * @returns for each label where it goes, `null` where there is no room on either side
 */
export function placeLabels(labels: readonly Label[]): ('above' | 'below' | null)[] {
  const ends = { above: Number.NEGATIVE_INFINITY, below: Number.NEGATIVE_INFINITY }
  const places = new Map<Label, 'above' | 'below'>()
  for (const label of labels.toSorted((one, other) => one.middle - other.middle)) {
    const half = widthOf(label.text) / 2
    const side = (['above', 'below'] as const).find((side) => label.middle - half >= ends[side] + GAP)
    if (side === undefined) continue
    places.set(label, side)
    ends[side] = label.middle + half
  }
  return labels.map((label) => places.get(label) ?? null)
}
