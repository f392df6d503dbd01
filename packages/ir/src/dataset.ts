import { z } from 'zod'

/**
 * How training images are varied, every epoch anew: shifted by up to `crop` pixels in each direction (what comes in is the
 * byte 0), and mirrored left to right every other time. It is left out where nothing is done, so that a job has one form.
 */
export const AugmentSchema = z
  .strictObject({ crop: z.int().min(0), flip: z.boolean() })
  .refine(({ crop, flip }) => crop > 0 || flip, { error: 'must do something, or be left out' })

/** Which data a job reads and how: `validation` is the share of the training set that picks the best epoch. */
export const DatasetSpecSchema = z.strictObject({
  name: z.enum(['mnist', 'fashion_mnist', 'fashion_mini', 'cifar10', 'cifar10_20k', 'cifar100']),
  encode: z.enum(['direct']),
  batch: z.int().positive(),
  validation: z.number().gt(0).lt(1),
  augment: AugmentSchema.optional(),
})

export type Augment = z.infer<typeof AugmentSchema>
export type DatasetSpec = z.infer<typeof DatasetSpecSchema>
export type DatasetName = DatasetSpec['name']

/** What is known of a data set without reading it. */
export interface DatasetFacts {
  name: DatasetName
  title: string
  /** The shape of one example: height and width, with channels before them where there are several. */
  shape: readonly number[]
  classes: number
  train: number
  test: number
  /** Normalisation x = (byte / 255 - mean) / std, one of each for every channel. */
  mean: readonly number[]
  std: readonly number[]
}

const digits = { shape: [28, 28], classes: 10 } as const
const fashion = { ...digits, mean: [0.286], std: [0.353] } as const
const cifar = { shape: [3, 32, 32], classes: 10, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] } as const

/** The data sets the language knows. */
export const DATASETS: Readonly<Record<DatasetName, DatasetFacts>> = {
  mnist: { ...digits, name: 'mnist', title: 'MNIST', train: 60_000, test: 10_000, mean: [0.1307], std: [0.3081] },
  fashion_mnist: { ...fashion, name: 'fashion_mnist', title: 'Fashion-MNIST', train: 60_000, test: 10_000 },
  fashion_mini: {
    ...fashion,
    name: 'fashion_mini',
    title: 'Fashion-MNIST, first 6,000 + 2,000',
    train: 6_000,
    test: 2_000,
  },
  cifar10: { ...cifar, name: 'cifar10', title: 'CIFAR-10', train: 50_000, test: 10_000 },
  cifar10_20k: {
    ...cifar,
    name: 'cifar10_20k',
    title: 'CIFAR-10, first 20,000 + 10,000',
    train: 20_000,
    test: 10_000,
  },
  cifar100: {
    name: 'cifar100',
    title: 'CIFAR-100',
    shape: [3, 32, 32],
    classes: 100,
    train: 50_000,
    test: 10_000,
    mean: [0.5071, 0.4865, 0.4409],
    std: [0.2673, 0.2564, 0.2762],
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
   * @param order `null` keeps the stored order and the images as they are; `{ seed, epoch }` shuffles by that epoch's own
   * stream and varies each image as the data set says, by a stream of its own for seed, epoch and example.
   * @param from the index of the first batch to produce (a resumed epoch skips those already used).
   */
  batches(size: number, order: { seed: number; epoch: number } | null, from?: number): Iterable<Batch>
}

/** A data set ready for a job: the split is stratified and fixed by the seed; the test part chooses nothing. */
export interface Dataset {
  name: DatasetName
  /** Identifies the content, hex: sha256 over the decoded content of all files, or of the archive that they come in. */
  digest: string
  train: Examples
  validation: Examples
  test: Examples
}
