import { z } from 'zod'
import { staysInside } from './inside.ts'

/**
 * How training examples are varied, every epoch anew: shifted by up to `crop` pixels in each direction (what comes in is the
 * byte 0, or no events), mirrored left to right every other time, shifted by up to `roll` pixels (what goes out on one side
 * comes in on the other), and images in folders cut out of the whole at random: a part of `area` of it at the least. It is
 * left out where nothing is done, so that a job has one form.
 */
export const AugmentSchema = z
  .strictObject({
    crop: z.int().min(0),
    flip: z.boolean(),
    roll: z.int().positive().optional(),
    area: z.number().gt(0).max(1).optional(),
  })
  .refine(({ crop, flip, roll, area }) => crop > 0 || flip || roll !== undefined || area !== undefined, {
    error: 'must do something, or be left out',
  })

/** The data sets of recordings of an event camera. */
const EVENT_SETS = ['nmnist', 'nmnist_1k', 'dvs128_gesture', 'cifar10_dvs'] as const

const common = {
  encode: z.enum(['direct']),
  batch: z.int().positive(),
  validation: z.number().gt(0).lt(1),
  augment: AugmentSchema.optional(),
}

/** Images. */
const ImageSpecSchema = z.strictObject({
  name: z.enum(['mnist', 'fashion_mnist', 'fashion_mini', 'cifar10', 'cifar10_20k', 'cifar100']),
  ...common,
})

/** Recordings of events, each integrated into as many `frames` as the network has steps. */
const EventSpecSchema = z.strictObject({
  name: z.enum(EVENT_SETS),
  ...common,
  frames: z.int().positive(),
  /** What is the same for all frames of a recording: the time they last, or the number of their events. */
  split: z.enum(['time', 'count']),
})

/** Images in folders, a folder a class: `FOLDER/train/CLASS/*.jpeg` and `FOLDER/val/CLASS/*.jpeg`, the latter for testing. */
const FolderSpecSchema = z
  .strictObject({
    name: z.literal('images'),
    ...common,
    /** Where they are, below the folder of the spec or one of data. */
    folder: z.string().refine(staysInside, { error: 'must lead to a folder beside the spec' }),
    /** Height and width of what is cut out of an image, and the length that its shorter side is brought to before. */
    size: z.int().positive(),
    shorter: z.int().positive(),
    classes: z.int().min(2).max(65_536),
  })
  .refine(({ size, shorter }) => shorter >= size, { path: ['shorter'], error: 'must not be below `size`' })

/** Which data a job reads and how: `validation` is the share of the training set that picks the best epoch. */
export const DatasetSpecSchema = z.discriminatedUnion('name', [ImageSpecSchema, EventSpecSchema, FolderSpecSchema])

export type Augment = z.infer<typeof AugmentSchema>
export type DatasetSpec = z.infer<typeof DatasetSpecSchema>
export type DatasetName = DatasetSpec['name']
export type EventSpec = z.infer<typeof EventSpecSchema>
export type EventSetName = EventSpec['name']
export type FolderSpec = Extract<DatasetSpec, { name: 'images' }>
/** The data sets that are the same wherever they lie. */
export type KnownName = Exclude<DatasetName, 'images'>
export type ImageSetName = Exclude<KnownName, EventSetName>

/** Whether the examples of a set are recordings of events, not images. */
export function isEventSet(name: string): name is EventSetName {
  return (EVENT_SETS as readonly string[]).includes(name)
}

/** What is known of a data set without reading it. */
export interface DatasetFacts {
  name: KnownName
  title: string
  /** The shape of one example, or of one frame: height and width, with channels before them where there are several. */
  shape: readonly number[]
  classes: number
  train: number
  test: number
  /** Its examples are recordings of events: frames of counts, OFF before ON. */
  events?: true
  /** Normalisation x = (byte / 255 - mean) / std, one of each for every channel; none for events, counted as they are. */
  mean: readonly number[]
  std: readonly number[]
}

const digits = { shape: [28, 28], classes: 10 } as const
const fashion = { ...digits, mean: [0.286], std: [0.353] } as const
const cifar = { shape: [3, 32, 32], classes: 10, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] } as const
const events = { events: true, mean: [], std: [] } as const
const saccades = { ...events, shape: [2, 34, 34], classes: 10 } as const
const dvs128 = { ...events, shape: [2, 128, 128] } as const

/** The data sets the language knows. */
export const DATASETS: Readonly<Record<KnownName, DatasetFacts>> = {
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
  nmnist: { ...saccades, name: 'nmnist', title: 'N-MNIST', train: 60_000, test: 10_000 },
  nmnist_1k: { ...saccades, name: 'nmnist_1k', title: 'N-MNIST, first 1,000 + 100', train: 1_000, test: 100 },
  dvs128_gesture: { ...dvs128, name: 'dvs128_gesture', title: 'DVS128 Gesture', classes: 11, train: 1_176, test: 288 },
  cifar10_dvs: { ...dvs128, name: 'cifar10_dvs', title: 'CIFAR10-DVS', classes: 10, train: 9_000, test: 1_000 },
}

/** What a spec alone says of its data; of images in folders it does not say how many there are. */
export type SpecFacts = Pick<DatasetFacts, 'title' | 'shape' | 'classes'> &
  Partial<Pick<DatasetFacts, 'train' | 'test' | 'events'>>

/** The facts of a job's data. */
export function factsOf(spec: DatasetSpec): SpecFacts {
  if (spec.name !== 'images') return DATASETS[spec.name]
  return { title: `images of ${spec.folder}`, shape: [3, spec.size, spec.size], classes: spec.classes }
}

/** The class of each example. */
export type Labels = Uint8Array | Uint16Array

/**
 * One batch; `inputs` is [size, ...shape] flat, of recordings of events [frames, size, ...shape], and valid only until the next
 * batch is drawn.
 */
export interface Batch {
  inputs: Float32Array
  labels: Labels
  size: number
}

/** One part of a data set. */
export interface Examples {
  count: number
  shape: readonly number[]
  classes: number
  /** How many frames an example has, one a step; left out where it is one still image. */
  frames?: number
  /**
   * Batches of at most `size` examples, images normalised; the last one may be smaller.
   * @param order `null` keeps the stored order and the images as they are; `{ seed, epoch }` shuffles by that epoch's own
   * stream and varies each image as the data set says, by a stream of its own for seed, epoch and example.
   * @param from the index of the first batch to produce (a resumed epoch skips those already used).
   */
  batches(size: number, order: { seed: number; epoch: number } | null, from?: number): Iterable<Batch>
}

/** A data set ready for a job: the split is stratified and fixed by the seed; the test part chooses nothing. */
export interface Dataset {
  name: DatasetName
  /** Identifies the content, hex: sha256 over the decoded content of all files, or of the archive that they come in; of images in folders over their names and sizes. */
  digest: string
  train: Examples
  validation: Examples
  test: Examples
}
