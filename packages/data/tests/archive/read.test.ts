import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Entry, readEntry } from '../../src/archive/entry.ts'
import { readEntries } from '../../src/archive/read.ts'
import { freshFolder } from '../small-set.ts'
import { type Files, makeTar, makeZip, TAR_END, tarMember } from './packing.ts'

const text = (content: string) => Buffer.from(content)
const FILES: Files = {
  'Train/0/1.bin': text('one'),
  'Train/0/empty.bin': text(''),
  'Train/1/2.bin': Buffer.alloc(1500, 7),
  'b ünïcödé.txt': text('last'),
}

async function readAll(path: string, wanted: (entry: Entry) => boolean = () => true): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const entry of readEntries(path)) {
    if (!wanted(entry)) continue
    const content = await entry.read()
    expect(content).toHaveLength(entry.bytes)
    found[entry.name] = Buffer.from(content).toString()
  }
  return found
}

const EXPECTED = Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, content.toString()]))

function write(content: Uint8Array, name = 'archive'): string {
  const path = join(freshFolder(), name)
  writeFileSync(path, content)
  return path
}

describe('the files of', () => {
  it('a folder', async () => {
    const root = freshFolder()
    for (const [name, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content)
    }
    symlinkSync(root, join(root, 'Train', 'loop'))
    expect(await readAll(root)).toEqual(EXPECTED)
  })

  it.each([
    ['a tar', makeTar(FILES)],
    ['a gzipped tar', gzipSync(makeTar(FILES))],
    ['a tar with folders and ./', makeTar({ './': text(''), './Train/': text(''), ...prefixed('./', FILES) })],
    ['a zip', makeZip(FILES)],
    ['a zip that is only stored', makeZip(FILES, 0)],
    ['a zip with folders', makeZip({ 'Train/': text(''), ...FILES })],
    ['a zip with a comment', withComment(makeZip(FILES), 'PK\u0005\u0006 is not the end')],
    ['a zip64', makeZip64(FILES)],
  ])('%s', async (_, content) => {
    const path = write(content)
    expect(await readAll(path)).toEqual(EXPECTED)
    // What nobody asks for is passed over.
    const some = await readAll(path, ({ name }) => name.endsWith('2.bin'))
    expect(some).toEqual({ 'Train/1/2.bin': EXPECTED['Train/1/2.bin'] })
  })

  it('a tar with long names, as ustar, pax and GNU write them', async () => {
    const long = `${'folder/'.repeat(30)}file.bin`
    const pax = `${`path=${long}`.length + 5} path=${long}\n`
    const tar = Buffer.concat([
      tarMember('file', text('ustar'), '0', 'some/prefix'),
      tarMember('pax', text(pax), 'x'),
      tarMember('short', text('pax')),
      tarMember('././@LongLink', text(`${long}.gnu\0`), 'L'),
      tarMember('short', text('gnu')),
      tarMember('link', text(''), '2'),
      tarMember('after', text('all')),
      TAR_END,
    ])
    expect(await readAll(write(tar))).toEqual({
      'some/prefix/file': 'ustar',
      [long]: 'pax',
      [`${long}.gnu`]: 'gnu',
      after: 'all',
    })
  })

  it('an archive can be left before its end', async () => {
    for await (const { name } of readEntries(write(gzipSync(makeTar(FILES))))) {
      expect(name).toBe('Train/0/1.bin')
      break
    }
  })
})

function prefixed(prefix: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [prefix + name, content]))
}

function withComment(zip: Buffer, comment: string): Buffer {
  zip.writeUInt16LE(comment.length, zip.length - 2)
  return Buffer.concat([zip, text(comment)])
}

/** The same zip, its end record pointing to a larger one. */
function makeZip64(files: Files): Buffer {
  const zip = makeZip(files)
  const end = zip.subarray(zip.length - 22)
  const [length, start] = [end.readUInt32LE(12), end.readUInt32LE(16)]
  const end64 = Buffer.alloc(56)
  end64.write('PK\u0006\u0006')
  end64.writeBigUInt64LE(44n, 4)
  end64.writeBigUInt64LE(BigInt(length), 40)
  end64.writeBigUInt64LE(BigInt(start), 48)
  const locator = Buffer.alloc(20)
  locator.write('PK\u0006\u0007')
  locator.writeBigUInt64LE(BigInt(zip.length - 22), 8)
  const last = Buffer.from(end)
  last.fill(255, 8, 20)
  return Buffer.concat([zip.subarray(0, zip.length - 22), end64, locator, last])
}

describe('an archive is refused', () => {
  const tar = makeTar(FILES)
  const zip = makeZip(FILES)
  it.each([
    ['that is none', text('<html>'), 'SNX0715', 'it is neither a tar, a gzipped tar nor a zip'],
    ['that is empty', text(''), 'SNX0715', 'it is neither a tar, a gzipped tar nor a zip'],
    ['whose tar is cut', tar.subarray(0, 3000), 'SNX0715', 'it ends too early'],
    ['whose tar has no end', tar.subarray(0, tar.length - 1024), 'SNX0715', 'it ends too early'],
    [
      'whose header is damaged',
      tar.map((byte, at) => (at === 1024 ? byte ^ 1 : byte)),
      'SNX0715',
      'a header does not add up to its sum',
    ],
    ['whose gzip is cut', gzipSync(tar).subarray(0, 150), 'SNX0704', 'it ends too early'],
    [
      'whose gzip is damaged',
      gzipSync(tar).map((byte, at, all) => (at === all.length - 6 ? byte ^ 1 : byte)),
      'SNX0704',
      'incorrect data check',
    ],
    ['whose zip is cut', zip.subarray(0, zip.length - 30), 'SNX0715', 'it has no end record, so its end is missing'],
    [
      'whose file in a zip is damaged',
      zip.map((byte, at) => (at === 45 ? byte ^ 1 : byte)),
      'SNX0715',
      'Train/0/1.bin',
    ],
    ['with a file in the folder above', makeTar({ '../up': text('x') }), 'SNX0716', 'outside its own folder: ../up'],
    [
      'with a file in a folder above',
      makeZip({ 'a/../../up': text('x') }),
      'SNX0716',
      'outside its own folder: a/../../up',
    ],
    ['with an absolute path', makeTar({ '/etc/passwd': text('x') }), 'SNX0716', 'outside its own folder: /etc/passwd'],
    ['with a path of Windows', makeZip({ 'C:\\up': text('x') }), 'SNX0716', 'outside its own folder: C:\\up'],
    ['with a name that hides', makeZip({ 'a\\..\\..\\up': text('x') }), 'SNX0716', 'outside its own folder'],
  ])('%s', async (_, content, code, message) => {
    const path = write(content)
    await expect(readAll(path)).rejects.toMatchObject({
      name: 'SnnxError',
      code,
      message: expect.stringContaining(message),
    })
    await expect(readAll(path)).rejects.toMatchObject({ message: expect.stringContaining(path) })
  })

  it('that is not there', async () => {
    await expect(readAll(join(freshFolder(), 'none'))).rejects.toMatchObject({ code: 'SNX0702' })
  })

  it('for a file that is far too large, before it is read', async () => {
    for await (const entry of readEntries(write(makeTar(FILES)))) {
      if (entry.bytes <= 1000) continue
      expect(() => readEntry('archive', entry, 1000)).toThrow(
        expect.objectContaining({
          code: 'SNX0714',
          message: 'archive: Train/1/2.bin is too large: expected at most 1000 bytes, found more than 1000',
        }),
      )
    }
  })
})

describe('damaged archives', () => {
  const whole = {
    tar: makeTar(FILES),
    'tar.gz': gzipSync(makeTar(FILES)),
    zip: makeZip(FILES),
    stored: makeZip(FILES, 0),
  }
  it('are read or refused by a coded error, whatever was done to them', async () => {
    const damage = fc.record({
      form: fc.constantFrom('tar' as const, 'tar.gz' as const, 'zip' as const, 'stored' as const),
      keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7)), { maxLength: 4 }),
    })
    const outcomes = { read: 0, refused: 0 }
    const path = write(text(''))
    await fc.assert(
      fc.asyncProperty(damage, async ({ form, keep, flips }) => {
        const content = Uint8Array.from(whole[form].subarray(0, Math.ceil(keep * whole[form].length)))
        for (const [where, bit] of flips) {
          if (content.length > 0) content[Math.floor(where * (content.length - 1))]! ^= 1 << bit
        }
        writeFileSync(path, content)
        try {
          await readAll(path)
          outcomes.read++
        } catch (error) {
          if (!(error instanceof SnnxError)) throw error
          expect(error.code).toMatch(/^SNX07/)
          outcomes.refused++
        }
      }),
      { seed: 11, numRuns: 600 },
    )
    expect(outcomes.read).toBeGreaterThan(20)
    expect(outcomes.refused).toBeGreaterThan(100)
  })
})
