import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { BadInput, Project } from './case.ts'

type Files = Record<'trainImages' | 'trainLabels' | 'testImages' | 'testLabels', Uint8Array>

const NAMES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const

/** An idx file of bytes: magic, sizes, content. */
function idx(sizes: number[], value = 0): Uint8Array {
  const header = Buffer.from([0, 0, 8, sizes.length, ...sizes.flatMap((size) => [...be32(size)])])
  return Buffer.concat([
    header,
    Buffer.alloc(
      sizes.reduce((product, size) => product * size, 1),
      value,
    ),
  ])
}

const be32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]

/** Files of the form that MNIST has; only their content is not MNIST's. */
const wellFormed = (): Files => ({
  trainImages: idx([60_000, 28, 28]),
  trainLabels: idx([60_000], 1),
  testImages: idx([10_000, 28, 28]),
  testLabels: idx([10_000], 2),
})

/** A project whose spec wants MNIST, and a folder `data/mnist` with these files. */
const mnist =
  (change: (files: Files) => Partial<Record<keyof Files, Uint8Array>>, more?: (folder: string) => unknown) =>
  ({ folder, spec }: Project) => {
    writeFileSync(spec, readFileSync(spec, 'utf8').replace('fashion_mini', 'mnist'))
    const data = join(folder, 'data', 'mnist')
    mkdirSync(data, { recursive: true })
    const files = wellFormed()
    for (const [role, bytes] of Object.entries({ ...files, ...change(files) })) {
      writeFileSync(join(data, NAMES[role as keyof Files]), bytes)
    }
    more?.(data)
  }

const cut = (bytes: Uint8Array, length: number) => bytes.subarray(0, length)
const altered = (bytes: Uint8Array, at: number, value: number) => {
  const copy = Uint8Array.from(bytes)
  copy[at] = value
  return copy
}

const LINES: [name: string, spoil: BadInput['spoil'], code: string][] = [
  ['images of zeros', mnist(() => ({})), 'SNX0710'],
  ['empty images', mnist(() => ({ trainImages: new Uint8Array() })), 'SNX0706'],
  ['half the images', mnist(({ trainImages }) => ({ trainImages: cut(trainImages, 20_000_000) })), 'SNX0706'],
  [
    'images without a last byte',
    mnist(({ testImages }) => ({ testImages: cut(testImages, testImages.length - 1) })),
    'SNX0706',
  ],
  [
    'labels with a byte too many',
    mnist(({ testLabels }) => ({ testLabels: Buffer.concat([testLabels, Buffer.of(0)]) })),
    'SNX0706',
  ],
  ['a header cut off', mnist(({ trainLabels }) => ({ trainLabels: cut(trainLabels, 6) })), 'SNX0706'],
  ['another magic number', mnist(({ trainImages }) => ({ trainImages: altered(trainImages, 2, 13) })), 'SNX0705'],
  ['labels in place of images', mnist(({ trainLabels }) => ({ trainImages: trainLabels })), 'SNX0705'],
  ['images of 32 x 32', mnist(() => ({ testImages: idx([10_000, 32, 32]) })), 'SNX0707'],
  ['too few images', mnist(() => ({ testImages: idx([9_999, 28, 28]) })), 'SNX0708'],
  ['gzip that breaks off', mnist(({ testImages }) => ({ testImages: cut(gzipSync(testImages), 5_000) })), 'SNX0704'],
  [
    'gzip with a wrong checksum',
    mnist(({ testImages }) => ({ testImages: altered(gzipSync(testImages), gzipSync(testImages).length - 6, 99) })),
    'SNX0704',
  ],
  ['a gzip bomb', mnist(() => ({ testLabels: gzipSync(Buffer.alloc(50_000_000)) })), 'SNX0714'],
  ['a web page', mnist(() => ({ trainImages: Buffer.from('<html>not found</html>'.padEnd(4096)) })), 'SNX0705'],
  [
    'a folder in place of a file',
    ({ folder, spec }) => {
      mnist(() => ({}))({ folder, spec } as Project)
      mkdirSync(join(folder, 'data', 'mnist', `${NAMES.trainImages}.gz`))
    },
    'SNX0710',
  ],
]

/** Data files that are not what they should be: `run` names the file and what was expected. */
export const DATA: BadInput[] = LINES.map(([name, spoil, code]) => ({
  name,
  state: 'fresh',
  spoil,
  command: ['run', 'tiny/tiny.snnx', '--jobs', '1'],
  environment: ({ folder }) => ({ SNNX_DATA: join(folder, 'data') }),
  code,
  exit: 4,
}))
