import { z } from 'zod'

/** Which data a job reads and how: `validation` is the share of the training set that picks the best epoch. */
export const DatasetSpecSchema = z.strictObject({
  name: z.enum(['mnist', 'fashion_mnist', 'fashion_mini']),
  encode: z.enum(['direct']),
  batch: z.int().positive(),
  validation: z.number().gt(0).lt(1),
})

export type DatasetSpec = z.infer<typeof DatasetSpecSchema>
export type DatasetName = DatasetSpec['name']

/** What is known of a data set without reading it. */
export interface DatasetFacts {
  name: DatasetName
  title: string
  /** The shape of one example. */
  shape: readonly number[]
  classes: number
  train: number
  test: number
  /** Normalisation x = (byte / 255 - mean) / std. */
  mean: number
  std: number
}

const image = { shape: [28, 28], classes: 10 } as const

/** The data sets the language knows. */
export const DATASETS: Readonly<Record<DatasetName, DatasetFacts>> = {
  mnist: { ...image, name: 'mnist', title: 'MNIST', train: 60_000, test: 10_000, mean: 0.1307, std: 0.3081 },
  fashion_mnist: {
    ...image,
    name: 'fashion_mnist',
    title: 'Fashion-MNIST',
    train: 60_000,
    test: 10_000,
    mean: 0.286,
    std: 0.353,
  },
  fashion_mini: {
    ...image,
    name: 'fashion_mini',
    title: 'Fashion-MNIST, first 6,000 + 2,000',
    train: 6_000,
    test: 2_000,
    mean: 0.286,
    std: 0.353,
  },
}

/** One batch; `inputs` is [size, ...shape] flat and valid only until the next batch is drawn. */
export interface Batch {
  inputs: Float32Array
  labels: Uint8Array
  size: number
}

/** One part of a data set, in memory. */
export interface Examples {
  count: number
  shape: readonly number[]
  classes: number
  /**
   * Batches of at most `size` normalised examples; the last one may be smaller.
   * @param order `null` keeps the stored order; `{ seed, epoch }` shuffles by that epoch's own stream.
   * @param from the index of the first batch to produce (a resumed epoch skips those already used).
   */
  batches(size: number, order: { seed: number; epoch: number } | null, from?: number): Iterable<Batch>
}

/** A data set ready for a job: the split is stratified and fixed by the seed; the test part chooses nothing. */
export interface Dataset {
  name: DatasetName
  /** sha256 over the decoded content of all files, hex. */
  digest: string
  train: Examples
  validation: Examples
  test: Examples
}
