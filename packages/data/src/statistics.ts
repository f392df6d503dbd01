import { count } from '@snnx/ir'
import type { Statistics } from './source.ts'

/** Mean and standard deviation of byte / 255 in each channel of images `[count, channels, height, width]`, over all pixels. */
export function describeBytes(images: Uint8Array, shape: readonly number[]): Statistics {
  const [channels, ...plane] = shape as [number, ...number[]]
  const pixels = count(plane)
  const histograms = Array.from({ length: channels }, () => new Float64Array(256))
  for (let start = 0, channel = 0; start < images.length; start += pixels, channel = (channel + 1) % channels) {
    const histogram = histograms[channel]!
    for (let at = start; at < start + pixels; at++) histogram[images[at]!]!++
  }
  // Sums of whole numbers below 2^53 are exact.
  const moments = histograms.map((histogram) => {
    const sum = (power: number) => histogram.reduce((total, times, byte) => total + times * byte ** power, 0)
    const mean = sum(1) / sum(0)
    return { mean: mean / 255, std: Math.sqrt(sum(2) / sum(0) - mean ** 2) / 255 }
  })
  return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) }
}
