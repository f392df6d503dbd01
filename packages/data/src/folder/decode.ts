import type Sharp from 'sharp'
import { chooseRegion } from './region.ts'

/** How an image becomes a square: its shorter side is brought to `shorter`, and the middle `size` x `size` taken. */
export interface Cut {
  size: number
  shorter: number
  /** In training: a random part of at least this share instead, brought to `size` x `size`; `null` where there is none. */
  area: number | null
}

/**
 * Decodes an image file to bytes of red, green and blue, `[size, size, 3]`. Grey becomes colour, transparency is dropped.
 * @param draws uniform numbers for the random part, where there is one
 * @throws Error with libvips' reason when it is not a whole image that it knows
 */
export async function decodeImage(
  sharp: typeof Sharp,
  path: string,
  { size, shorter, area }: Cut,
  draws: ArrayLike<number> | null,
): Promise<Uint8Array> {
  // What is cut short is an error, and odd metadata, as in some of ImageNet's files, is none.
  const image = sharp(path, { failOn: 'error' }).toColourspace('srgb').removeAlpha()
  const kernel = 'linear'
  if (area === null || draws === null) {
    const margin = (shorter - size) >> 1
    image
      .resize(shorter, shorter, { fit: 'cover', position: 'centre', kernel })
      .extract({ left: margin, top: margin, width: size, height: size })
  } else {
    const { width, height } = await image.metadata()
    image.extract(chooseRegion(width, height, area, draws)).resize(size, size, { fit: 'fill', kernel })
  }
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return info.channels === 3 ? data : Uint8Array.from({ length: 3 * size * size }, (_, at) => data[Math.floor(at / 3)]!)
}
