import { createHash } from 'node:crypto'
import { count } from '@snnx/ir'
import { decodeCifar } from './cifar.ts'
import { readContent } from './content.ts'
import { wrongContent, wrongStatistics } from './errors.ts'
import type { Images } from './images.ts'
import type { Paths, Source, SourceFile } from './source.ts'
import { describeBytes } from './statistics.ts'

/** Reads a set of batches, the last one for testing; one batch after the other, so that few bytes are held twice. */
export async function readCifar(source: Source, paths: Paths): Promise<{ train: Images; test: Images }> {
  const { files, facts } = source
  const train = await readBatches(files.slice(0, -1), facts.train, source, paths)
  const test = await readBatches(files.slice(-1), facts.test, source, paths)
  checkStatistics(train, source, paths)
  return { train, test }
}

async function readBatches(
  files: readonly SourceFile[],
  examples: number,
  { facts: { shape, classes, title }, format }: Source,
  paths: Paths,
): Promise<Images> {
  const pixels = count(shape)
  const labelBytes = format === 'cifar100' ? 2 : 1
  const images = new Uint8Array(examples * pixels)
  const labels = new Uint8Array(examples)
  let from = 0
  for (const { name, bytes, sha256 } of files) {
    const path = paths[name]!
    const to = from + bytes / (labelBytes + pixels)
    const content = await readContent(path, bytes)
    const into = { images: images.subarray(from * pixels, to * pixels), labels: labels.subarray(from, to) }
    decodeCifar(content, path, classes, labelBytes, into)
    const found = createHash('sha256').update(content).digest('hex')
    if (sha256 !== null && found !== sha256) throw wrongContent(path, title, sha256, found)
    from = to
  }
  return { images, labels, shape, classes }
}

/** Holds what is known of the whole set against files whose sums are not. */
function checkStatistics(train: Images, { statistics, files, facts }: Source, paths: Paths): void {
  if (statistics === null) return
  const unproved = files.flatMap(({ name, sha256 }) => (sha256 === null ? [paths[name]!] : []))
  const perClass = new Array<number>(facts.classes).fill(0)
  for (const label of train.labels) perClass[label]!++
  const even = perClass.map(() => facts.train / facts.classes)
  if (String(perClass) !== String(even)) {
    throw wrongStatistics(unproved, facts.title, 'images a class', even.join(' '), perClass.join(' '))
  }
  const found = describeBytes(train.images, train.shape)
  for (const which of ['mean', 'std'] as const) {
    const show = (values: readonly number[]) => values.map((value) => value.toFixed(8)).join(' ')
    // The figures are known to 8 digits.
    const differs = statistics[which].some((value, channel) => Math.abs(value - found[which][channel]!) > 1e-8)
    if (differs) throw wrongStatistics(unproved, facts.title, which, show(statistics[which]), show(found[which]))
  }
}
