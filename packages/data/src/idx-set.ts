import { createHash } from 'node:crypto'
import { readContent } from './content.ts'
import { countMismatch, labelOutOfRange, wrongContent, wrongShape } from './errors.ts'
import { decodeIdx } from './idx.ts'
import type { Images } from './images.ts'
import type { Paths, Source, SourceFile } from './source.ts'

/** Reads a set of four idx files: training images, training labels, test images, test labels. */
export async function readIdx(source: Source, paths: Paths): Promise<{ train: Images; test: Images }> {
  const { files, facts } = source
  const contents = await readAll(files, paths)
  const [trainImages, trainLabels, testImages, testLabels] = files.map(({ name }, index) => ({
    path: paths[name]!,
    ...decodeIdx(contents[index]!, paths[name]!, index % 2 === 0 ? 1 + facts.shape.length : 1),
  })) as [Part, Part, Part, Part]
  const train = pair(trainImages, trainLabels, [facts.train, ...facts.shape], facts.classes)
  const test = pair(testImages, testLabels, [facts.test, ...facts.shape], facts.classes)
  verify(source, paths, contents)
  return { train, test }
}

interface Part {
  path: string
  shape: readonly number[]
  data: Uint8Array
}

async function readAll(files: readonly SourceFile[], paths: Paths): Promise<Uint8Array[]> {
  const reads = await Promise.allSettled(files.map(({ name, bytes }) => readContent(paths[name]!, bytes)))
  return reads.map((read) => {
    if (read.status === 'rejected') throw read.reason // the first in the files' order, whichever failed first in time
    return read.value
  })
}

function pair(images: Part, labels: Part, expected: readonly number[], classes: number): Images {
  const [examples, ...shape] = expected
  const [imageCount, labelCount] = [images.shape[0]!, labels.shape[0]!]
  const same = images.shape.slice(1).every((size, axis) => size === shape[axis])
  if (!same) throw wrongShape(images.path, expected, images.shape)
  if (imageCount !== labelCount) throw countMismatch(images.path, imageCount, labels.path, labelCount)
  if (imageCount !== examples) throw wrongShape(images.path, expected, images.shape)
  const wrong = labels.data.findIndex((label) => label >= classes)
  if (wrong >= 0) throw labelOutOfRange(labels.path, wrong, labels.data[wrong]!, classes)
  return { images: images.data, labels: labels.data, shape, classes }
}

/** Checks the set's digest in one pass, and only where it differs looks for the file to blame. */
function verify({ files, facts, digest }: Source, paths: Paths, contents: readonly Uint8Array[]): void {
  const whole = createHash('sha256')
  for (const content of contents) whole.update(content)
  if (whole.digest('hex') === digest) return
  for (const [index, { name, sha256 }] of files.entries()) {
    const found = createHash('sha256').update(contents[index]!).digest('hex')
    if (found !== sha256) throw wrongContent(paths[name]!, facts.title, sha256!, found)
  }
  throw new Error(`the digest stated for ${facts.name} is not that of its files`)
}
