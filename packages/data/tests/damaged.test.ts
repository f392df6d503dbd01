import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodeIdx } from '../src/idx.ts'
import { openSource } from '../src/open.ts'
import { CONTENTS, FILE_NAMES, freshFolder, PACKED, type Role, SMALL, sha256, writeSmall } from './small-set.ts'

const images = (count: number, rows = 3, columns = 2) =>
  encodeIdx({ shape: [count, rows, columns], data: new Uint8Array(count * rows * columns) })
const labels = (count: number) => encodeIdx({ shape: [count], data: new Uint8Array(count) })
const cut = (content: Uint8Array, bytes: number) => content.slice(0, content.length - bytes)
/** Damages the check sum at the gzip's end. */
const unsound = PACKED.trainImages.with(PACKED.trainImages.length - 6, PACKED.trainImages.at(-6)! ^ 1)
const darker = CONTENTS.testImages.with(20, CONTENTS.testImages[20]! ^ 1)

/** What replaces which files, and the error: PATH stands for the path of the role named. */
const CASES: [string, Partial<Record<Role, Uint8Array>>, Role, string, string][] = [
  [
    'an empty file',
    { trainImages: new Uint8Array(0) },
    'trainImages',
    'SNX0706',
    'PATH has the wrong length: expected at least 16 bytes, found 0 bytes',
  ],
  [
    'text',
    { trainLabels: Buffer.from('<html>') },
    'trainLabels',
    'SNX0705',
    'PATH is not the idx file it should be: expected the first bytes 00 00 08 01, found 3c 68 74 6d',
  ],
  [
    'truncated idx',
    { testImages: cut(CONTENTS.testImages, 1) },
    'testImages',
    'SNX0706',
    'PATH has the wrong length: expected 88 bytes (its header says 12 x 3 x 2), found 87 bytes',
  ],
  [
    'a byte too many',
    { testLabels: Buffer.concat([CONTENTS.testLabels, Buffer.of(0)]) },
    'testLabels',
    'SNX0706',
    'PATH has the wrong length: expected 20 bytes (its header says 12), found 21 bytes',
  ],
  [
    'truncated gzip',
    { trainImages: cut(PACKED.trainImages, 20) },
    'trainImages',
    'SNX0704',
    'PATH is a damaged gzip file: it ends too early',
  ],
  [
    'a gzip whose sum is wrong',
    { trainImages: unsound },
    'trainImages',
    'SNX0704',
    'PATH is a damaged gzip file: incorrect data check',
  ],
  [
    'a gzip within a gzip',
    { trainLabels: gzipSync(PACKED.trainLabels) },
    'trainLabels',
    'SNX0705',
    'PATH is not the idx file it should be: expected the first bytes 00 00 08 01, found 1f 8b 08 00',
  ],
  [
    'images in place of labels',
    { testLabels: images(1, 1, 1) },
    'testLabels',
    'SNX0705',
    'PATH is not the idx file it should be: expected the first bytes 00 00 08 01, found 00 00 08 03',
  ],
  [
    'images of another size',
    { trainImages: images(40, 2, 3) },
    'trainImages',
    'SNX0707',
    'PATH has the wrong shape: expected 40 x 3 x 2, found 40 x 2 x 3',
  ],
  [
    'fewer examples',
    { trainImages: images(39), trainLabels: labels(39) },
    'trainImages',
    'SNX0707',
    'PATH has the wrong shape: expected 40 x 3 x 2, found 39 x 3 x 2',
  ],
  [
    'a label of no class',
    { trainLabels: CONTENTS.trainLabels.with(8 + 7, 4) },
    'trainLabels',
    'SNX0709',
    'PATH: label 7 is 4, expected 0 to 3',
  ],
  [
    'one changed pixel',
    { testImages: darker },
    'testImages',
    'SNX0710',
    `PATH is not the original file of the small set: expected content with sha256 ${sha256(CONTENTS.testImages)}, found ${sha256(darker)}`,
  ],
  [
    'a gzip bomb',
    { testLabels: gzipSync(new Uint8Array(1 << 24)) },
    'testLabels',
    'SNX0714',
    'PATH is too large: expected 20 bytes, found more than 1064',
  ],
  [
    'far too large a file',
    { testLabels: new Uint8Array(2000) },
    'testLabels',
    'SNX0714',
    'PATH is too large: expected 20 bytes, found more than 1064',
  ],
]

describe('a damaged file is named with what was expected', () => {
  it.each(CASES)('%s', async (_, changes, role, code, message) => {
    const root = freshFolder()
    writeSmall(root, changes)
    const path = join(root, FILE_NAMES[role])
    const opening = openSource(
      SMALL,
      { validation: 0.25 },
      { seed: 0, environment: { SNNX_DATA: root, SNNX_CACHE: root } },
    )
    await expect(opening).rejects.toMatchObject({ name: 'SnnxError', code, message: message.replace('PATH', path) })
  })

  it('images and labels of different counts', async () => {
    const root = freshFolder()
    writeSmall(root, { trainImages: images(39) })
    const opening = openSource(
      SMALL,
      { validation: 0.25 },
      { seed: 0, environment: { SNNX_DATA: root, SNNX_CACHE: root } },
    )
    await expect(opening).rejects.toMatchObject({
      code: 'SNX0708',
      message: `${join(root, FILE_NAMES.trainImages)} holds 39 images, but ${join(root, FILE_NAMES.trainLabels)} holds 40 labels`,
    })
  })

  it.skipIf(process.platform === 'win32')('a file one may not read', async () => {
    const root = freshFolder()
    writeSmall(root)
    const path = join(root, FILE_NAMES.testImages)
    chmodSync(root, 0o755)
    chmodSync(path, 0)
    const opening = () =>
      openSource(SMALL, { validation: 0.25 }, { seed: 0, environment: { SNNX_DATA: root, SNNX_CACHE: root } })
    await expect(asOrdinaryUser(opening)).rejects.toMatchObject({
      code: 'SNX0702',
      message: `cannot read ${path}: permission denied`,
    })
  })
})

describe('the validation share', () => {
  it.each([
    [0.01, 'validation', 'validation = 1 % of 40 examples leaves none for validation'],
    [0.99, 'train', 'validation = 99 % of 40 examples leaves none for train'],
  ])('of %f leaves no example for %s', async (share, _, message) => {
    const root = freshFolder()
    writeSmall(root)
    const opening = openSource(
      SMALL,
      { validation: share },
      { seed: 0, environment: { SNNX_DATA: root, SNNX_CACHE: root } },
    )
    await expect(opening).rejects.toMatchObject({ code: 'SNX0713', message })
  })
})

/** Root may read everything; so where the tests run as root, the work is done as nobody. */
async function asOrdinaryUser<Value>(work: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid!(65534)
  try {
    return await work()
  } finally {
    process.seteuid!(0)
  }
}
