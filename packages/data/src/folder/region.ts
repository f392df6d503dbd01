/** A part of an image, in its pixels. */
export interface Region {
  left: number
  top: number
  width: number
  height: number
}

const ATTEMPTS = 10
/** How many uniform numbers a choice may take: four an attempt. */
export const DRAWS = 4 * ATTEMPTS
/** Logarithm of the widest ratio of width to height; the narrowest is its inverse. */
const RATIO = Math.log(4 / 3)

/**
 * The part of an image that a random resized crop takes (Szegedy et al. 2015, as torchvision has it): its area uniform in
 * `area` to 1 of the image's, the logarithm of width / height uniform in +-log(4/3), its place uniform. An attempt that
 * does not fit into the image is repeated; after ten the middle is taken, as far as those ratios allow.
 * @param draws `DRAWS` uniform numbers in [0, 1)
 */
export function chooseRegion(width: number, height: number, area: number, draws: ArrayLike<number>): Region {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const draw = (of: number) => draws[4 * attempt + of]!
    const pixels = width * height * (area + draw(0) * (1 - area))
    const ratio = Math.exp(RATIO * (2 * draw(1) - 1))
    const [wide, high] = [Math.round(Math.sqrt(pixels * ratio)), Math.round(Math.sqrt(pixels / ratio))]
    if (wide < 1 || high < 1 || wide > width || high > height) continue
    const left = Math.floor(draw(2) * (width - wide + 1))
    const top = Math.floor(draw(3) * (height - high + 1))
    return { left, top, width: wide, height: high }
  }
  const widest = Math.exp(RATIO)
  const wide = Math.min(width, Math.max(1, Math.round(height * widest)))
  const high = Math.min(height, Math.max(1, Math.round(width * widest)))
  return { left: Math.floor((width - wide) / 2), top: Math.floor((height - high) / 2), width: wide, height: high }
}
