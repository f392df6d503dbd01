import { type Batch, count, createRandom, type Network } from '@snnx/ir'

/** A batch of standard normal frames with labels at random. */
export function drawFrames({ input, classes }: Network, size: number): Batch {
  const random = createRandom(0, 'frames')
  const inputs = Float32Array.from({ length: size * count(input) }, () => random.normal())
  const labels = Uint8Array.from({ length: size }, () => random.below(classes))
  return { inputs, labels, size }
}
