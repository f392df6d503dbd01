import { createHash } from 'node:crypto'
import { DATASETS, type DatasetFacts, type EventSetName } from '@snnx/ir'
import { CIFAR_CLASSES } from './cifar10-dvs.ts'

/** Where a set of recordings may be, and how it is known to be the right one. */
export interface EventSource {
  facts: DatasetFacts
  /** How its recordings are named and coded. */
  format: 'nmnist' | 'dvs128_gesture' | 'cifar10_dvs'
  /** The ways in which it may lie in its folder: archives or folders, all of which must be there. The first is preferred. */
  forms: readonly (readonly string[])[]
  /** MD5 of the archives, by name, as published; checked before one is read. */
  archives: Readonly<Record<string, string>>
  /** How many recordings of each class there are; `null` where it is not known. */
  perClass: Readonly<Record<'train' | 'test', readonly number[]>> | null
  /**
   * sha256 over the list of all recordings as `sha256sum` prints it, in the order of their names; `null` where nobody has
   * published it. Then the sums of the archives stand for it, and what is unpacked is checked by its form and numbers.
   */
  listing: string | null
  embedded: null
  /** Usual folders below one named by SNNX_DATA; `.` is that folder itself. The first one names it in the cache. */
  folders: readonly string[]
  system: readonly string[]
  /** What else a user can do to get the set. */
  hint: string
}

const NOWHERE_ELSE = { embedded: null, system: [] } as const
/** The digits of MNIST, whose images N-MNIST shows to the sensor. */
const DIGITS = {
  train: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
  test: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
}
const NMNIST_FOLDERS = ['nmnist', 'NMNIST', 'N-MNIST', '.']

export const EVENT_SOURCES: Readonly<Record<EventSetName, EventSource>> = {
  nmnist: {
    ...NOWHERE_ELSE,
    facts: DATASETS.nmnist,
    format: 'nmnist',
    forms: [
      ['Train.zip', 'Test.zip'],
      ['Train', 'Test'],
    ],
    archives: { 'Train.zip': '20959b8e626244a1b502305a9e6e2031', 'Test.zip': '69ca8762b2fe404d9b9bad1103e97832' },
    perClass: DIGITS,
    listing: null,
    folders: NMNIST_FOLDERS,
    hint: 'they are at www.garrickorchard.com/datasets/n-mnist; with its first 1,000 and 100 recordings alone use `nmnist_1k`',
  },
  nmnist_1k: {
    ...NOWHERE_ELSE,
    facts: DATASETS.nmnist_1k,
    format: 'nmnist',
    forms: [['nmnist-slayer1100.tar.gz'], ['Train', 'Test']],
    archives: {},
    perClass: null,
    listing: '3fe769d0d9356f140c84b8427ce8e6c22629da264ec3c941a456e79213875776',
    folders: NMNIST_FOLDERS,
    hint: 'they are the 1,100 recordings in the tests of SLAYER (slayerPytorch), 1 to 1000 for training, 60001 to 60100 for testing',
  },
  dvs128_gesture: {
    ...NOWHERE_ELSE,
    facts: DATASETS.dvs128_gesture,
    format: 'dvs128_gesture',
    forms: [['DvsGesture.tar.gz'], ['trials_to_train.txt', 'trials_to_test.txt']],
    archives: { 'DvsGesture.tar.gz': '8a5c71fb11e24e5ca5b11866ca6c00a1' },
    perClass: null,
    listing: null,
    folders: ['dvs128-gesture', 'dvs128_gesture', 'DVS128Gesture', 'DVS128Gesture/download', 'DvsGesture', '.'],
    hint: 'they are in DvsGesture.tar.gz of IBM (research.ibm.com/dvsgesture)',
  },
  cifar10_dvs: {
    ...NOWHERE_ELSE,
    facts: DATASETS.cifar10_dvs,
    format: 'cifar10_dvs',
    forms: [CIFAR_CLASSES.map((name) => `${name}.zip`), CIFAR_CLASSES],
    archives: {
      'airplane.zip': '0afd5c4bf9ae06af762a77b180354fdd',
      'automobile.zip': '8438dfeba3bc970c94962d995b1b9bdd',
      'bird.zip': 'a9c207c91c55b9dc2002dc21c684d785',
      'cat.zip': '52c63c677c2b15fa5146a8daf4d56687',
      'deer.zip': 'b6bf21f6c04d21ba4e23fc3e36c8a4a3',
      'dog.zip': 'f379ebdf6703d16e0a690782e62639c3',
      'frog.zip': 'cad6ed91214b1c7388a5f6ee56d08803',
      'horse.zip': 'e7cbbf77bec584ffbf913f00e682782a',
      'ship.zip': '41c7bd7d6b251be82557c6cce9a7d5c9',
      'truck.zip': '89f3922fd147d9aeff89e76a2b0b70a7',
    },
    perClass: { train: CIFAR_CLASSES.map(() => 900), test: CIFAR_CLASSES.map(() => 100) },
    listing: null,
    folders: ['cifar10-dvs', 'cifar10_dvs', 'CIFAR10DVS', 'CIFAR10DVS/download', '.'],
    hint: 'they are at figshare.com/articles/dataset/CIFAR10-DVS_New/4724671, an archive for each class',
  },
}

/** What identifies a set's content; see `EventSource.listing`. */
export function digestEvents({ listing, archives }: EventSource): string {
  if (listing !== null) return listing
  const sums = Object.entries(archives).map(([name, sum]) => `${sum}  ${name}\n`)
  return createHash('sha256').update(sums.join('')).digest('hex')
}
