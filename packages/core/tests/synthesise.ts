import { type Batch, createRandom, type Dataset, type Examples, shuffle } from '@snnx/ir'

/** A data set of Gaussian clusters, one a class: small, learnable, the same every time. */
export function synthesise(sizes: {
  features: number
  classes: number
  train: number
  validation: number
  test: number
}): Dataset {
  const { features, classes } = sizes
  const random = createRandom(1, 'clusters')
  const centres = Array.from({ length: classes }, () => Array.from({ length: features }, () => 1.5 * random.normal()))
  const part = (count: number): Examples => {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % classes)
    const inputs = Float32Array.from({ length: count * features }, (_, index) => {
      return centres[labels[Math.floor(index / features)]!]![index % features]! + random.normal()
    })
    return {
      count,
      shape: [features],
      classes,
      *batches(size, order, from = 0): Generator<Batch> {
        const indices = Int32Array.from({ length: count }, (_, index) => index)
        if (order) shuffle(indices, createRandom(order.seed, 'shuffle', order.epoch))
        for (let at = from * size; at < count; at += size) {
          const chosen = indices.subarray(at, at + size)
          const batch = new Float32Array(chosen.length * features)
          for (const [row, index] of chosen.entries())
            batch.set(inputs.subarray(index * features, (index + 1) * features), row * features)
          yield { inputs: batch, labels: Uint8Array.from(chosen, (index) => labels[index]!), size: chosen.length }
        }
      },
    }
  }
  return {
    name: 'fashion_mini',
    digest: '0'.repeat(64),
    train: part(sizes.train),
    validation: part(sizes.validation),
    test: part(sizes.test),
  }
}
