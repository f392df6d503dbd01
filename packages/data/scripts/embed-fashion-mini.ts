/**
 * Makes `embedded/fashion-mini` from the original Fashion-MNIST: the first 6,000 training and 2,000 test images.
 * Run it in the package's folder: node scripts/embed-fashion-mini.ts FOLDER_WITH_THE_FOUR_FILES
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { findSource } from '../src/find.ts'
import { encodeIdx } from '../src/idx.ts'
import { readImages } from '../src/images.ts'
import { IDX_NAMES, SOURCES } from '../src/sources.ts'

const PARTS = [
  { part: 'train', images: IDX_NAMES[0], labels: IDX_NAMES[1] },
  { part: 'test', images: IDX_NAMES[2], labels: IDX_NAMES[3] },
] as const

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node scripts/embed-fashion-mini.ts FOLDER')
const located = await findSource(SOURCES.fashion_mnist, { SNNX_DATA: folder })
if (located.origin === 'download') throw new Error(`${folder} does not hold Fashion-MNIST`)
const whole = await readImages(SOURCES.fashion_mnist, located.files)
const { facts, embedded } = SOURCES.fashion_mini
const target = join(import.meta.dirname, '..', embedded!)
await mkdir(target, { recursive: true })
for (const { part, images, labels } of PARTS) {
  const kept = facts[part]
  const pixels = whole[part].images.length / whole[part].labels.length
  const write = (name: string, content: Uint8Array) =>
    writeFile(join(target, `${name}.gz`), gzipSync(content, { level: 9 }))
  const image = { shape: [kept, ...facts.shape], data: whole[part].images.subarray(0, kept * pixels) }
  await write(images, encodeIdx(image))
  await write(labels, encodeIdx({ shape: [kept], data: whole[part].labels.subarray(0, kept) }))
}
