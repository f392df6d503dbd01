import { createHash } from 'node:crypto'
import { count } from '@snnx/ir'
import { readContent } from './content.ts'
import { countMismatch, labelOutOfRange, wrongContent, wrongShape } from './errors.ts'
import { decodeIdx, type Idx } from './idx.ts'
import { type ByRole, ROLES, type Role, type Source } from './source.ts'

/** Images and labels as stored: one byte a pixel, [count, ...shape] flat. */
export interface Images {
  images: Uint8Array
  labels: Uint8Array
  shape: readonly number[]
  classes: number
}

/**
 * Reads a set's four files and checks everything about them, from the gzip stream to the sha256 of the whole.
 * @throws SNX0702 to SNX0710 and SNX0714, naming the file, what was expected and what was found
 */
export async function readImages(source: Source, files: ByRole<string>): Promise<{ train: Images; test: Images }> {
  const { facts } = source
  const shapes: ByRole<readonly number[]> = {
    trainImages: [facts.train, ...facts.shape],
    trainLabels: [facts.train],
    testImages: [facts.test, ...facts.shape],
    testLabels: [facts.test],
  }
  const contents = await readAll(files, shapes)
  const decode = (role: Role) => decodeIdx(contents[role], files[role], shapes[role].length)
  const idx = {
    trainImages: decode('trainImages'),
    trainLabels: decode('trainLabels'),
    testImages: decode('testImages'),
    testLabels: decode('testLabels'),
  }
  const train = pair(idx, files, shapes, 'trainImages', 'trainLabels', facts.classes)
  const test = pair(idx, files, shapes, 'testImages', 'testLabels', facts.classes)
  verify(source, files, contents)
  return { train, test }
}

async function readAll(files: ByRole<string>, shapes: ByRole<readonly number[]>): Promise<ByRole<Uint8Array>> {
  const length = (role: Role) => 4 + 4 * shapes[role].length + count(shapes[role])
  const reads = await Promise.allSettled(ROLES.map((role) => readContent(files[role], length(role))))
  const contents: Partial<Record<Role, Uint8Array>> = {}
  for (const [index, read] of reads.entries()) {
    if (read.status === 'rejected') throw read.reason // the first in the files' order, whichever failed first in time
    contents[ROLES[index]!] = read.value
  }
  return contents as ByRole<Uint8Array>
}

function pair(
  idx: ByRole<Idx>,
  files: ByRole<string>,
  shapes: ByRole<readonly number[]>,
  imageRole: Role,
  labelRole: Role,
  classes: number,
): Images {
  const [images, labels] = [idx[imageRole], idx[labelRole]]
  const [examples, ...shape] = shapes[imageRole]
  const [imageCount, labelCount] = [images.shape[0]!, labels.shape[0]!]
  const same = images.shape.slice(1).every((size, axis) => size === shape[axis])
  if (!same) throw wrongShape(files[imageRole], shapes[imageRole], images.shape)
  if (imageCount !== labelCount) throw countMismatch(files[imageRole], imageCount, files[labelRole], labelCount)
  if (imageCount !== examples) throw wrongShape(files[imageRole], shapes[imageRole], images.shape)
  const wrong = labels.data.findIndex((label) => label >= classes)
  if (wrong >= 0) throw labelOutOfRange(files[labelRole], wrong, labels.data[wrong]!, classes)
  return { images: images.data, labels: labels.data, shape, classes }
}

/** Checks the set's digest in one pass, and only where it differs looks for the file to blame. */
function verify(source: Source, files: ByRole<string>, contents: ByRole<Uint8Array>): void {
  const whole = createHash('sha256')
  for (const role of ROLES) whole.update(contents[role])
  if (whole.digest('hex') === source.digest) return
  for (const role of ROLES) {
    const found = createHash('sha256').update(contents[role]).digest('hex')
    if (found !== source.contents[role]) {
      throw wrongContent(files[role], source.facts.title, source.contents[role], found)
    }
  }
  throw new Error(`the digest stated for ${source.facts.name} is not that of its files`)
}
