import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSpecs, formatFile, writeFormatted } from '../src/format-files.ts'
import { temporaryFolder } from './sample.ts'

const UNTIDY = 'snnx 1\nneuron cell : lif {\n tau = 2 steps\n threshold=1.0\n}\n'
const TIDY = 'snnx 1\nneuron cell : lif {\n  tau       = 2 steps\n  threshold = 1.0\n}\n'

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const write = async (file: string) => writeFormatted(await formatFile(file))

describe('finding specs', () => {
  it('takes all below a folder, not what others put there, and each file once', async () => {
    const names = ['b.snnx', 'a/a.snnx', 'a/notes.txt', 'node_modules/x/x.snnx', '.git/y.snnx', '.snnx/z.snnx']
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, ''])))
    symlinkSync(join(folder, 'b.snnx'), join(folder, 'a', 'link.snnx'))
    const found = ['a/a.snnx', 'b.snnx'].map((name) => join(folder, name))
    expect(await findSpecs([folder])).toEqual(found)
    expect(await findSpecs([folder, join(folder, 'b.snnx'), join(folder, 'a', 'link.snnx')])).toEqual(found)
    expect(await findSpecs([join(folder, 'a', 'notes.txt')])).toEqual([join(folder, 'a', 'notes.txt')])
    await expect(findSpecs([join(folder, 'c')])).rejects.toMatchObject({ code: 'SNX1014' })
  })
})

describe('writing what was formatted', () => {
  it('replaces the text, and keeps rights and links', async () => {
    const folder = folderWith({ 'a.snnx': UNTIDY })
    const [file, link] = [join(folder, 'a.snnx'), join(folder, 'link.snnx')]
    chmodSync(file, 0o764)
    symlinkSync('a.snnx', link)
    await write(link)
    expect(readFileSync(file, 'utf8')).toBe(TIDY)
    expect(statSync(file).mode & 0o7777).toBe(0o764)
    expect(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isSymbolicLink()])).toEqual([
      ['a.snnx', false],
      ['link.snnx', true],
    ])
  })

  it('leaves alone what it cannot read as text', async () => {
    const folder = folderWith({})
    const file = join(folder, 'a.snnx')
    writeFileSync(file, Buffer.concat([Buffer.from(UNTIDY), Buffer.from('# caf'), Buffer.from([0xe9])]))
    await expect(formatFile(file)).rejects.toMatchObject({ code: 'SNX1035' })
    writeFileSync(file, `${UNTIDY}# \uFFFD\n`)
    expect((await formatFile(file)).formatted.text).toBe(`${TIDY}# \uFFFD\n`)
  })

  it.skipIf(process.getuid?.() === 0)('respects a file that is read-only', async () => {
    const file = join(folderWith({ 'a.snnx': UNTIDY }), 'a.snnx')
    chmodSync(file, 0o444)
    await expect(write(file)).rejects.toMatchObject({ code: 'SNX1013' })
    expect(readFileSync(file, 'utf8')).toBe(UNTIDY)
  })
})
