import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removeTemporaries, writeAtomic } from '../src/store/atomic.ts'
import { temporaryFolder } from './sample.ts'

describe('writeAtomic', () => {
  it('writes, replaces and makes the folder', async () => {
    const path = join(temporaryFolder(), 'a', 'b', 'file')
    await writeAtomic(path, 'one')
    await writeAtomic(path, 'two')
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(readdirSync(join(path, '..'))).toEqual(['file'])
  })

  it('creates once and leaves what is there', async () => {
    const path = join(temporaryFolder(), 'file')
    expect(await writeAtomic(path, 'one', 'create')).toBe(true)
    expect(await writeAtomic(path, 'two', 'create')).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('one')
    expect(readdirSync(join(path, '..'))).toEqual(['file'])
  })

  it('says with a code what is in the way and leaves nothing', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'file'))
    await expect(writeAtomic(join(folder, 'file'), 'x')).rejects.toMatchObject({ code: 'SNX1015' })
    writeFileSync(join(folder, 'plain'), '')
    await expect(writeAtomic(join(folder, 'plain', 'file'), 'x')).rejects.toMatchObject({ code: 'SNX1015' })
    expect(readdirSync(folder).sort()).toEqual(['file', 'plain'])
  })

  it.skipIf(process.getuid?.() === 0)('names a missing right', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o500)
    await expect(writeAtomic(join(folder, 'file'), 'x')).rejects.toMatchObject({ code: 'SNX1013' })
  })

  it.runIf(canMount())('keeps the old file whole when the disk fills up in the middle of a write', async () => {
    await withTmpfs('512k', async (folder) => {
      const path = join(folder, 'file')
      await writeAtomic(path, Buffer.alloc(100_000, 1))
      await expect(writeAtomic(path, Buffer.alloc(600_000, 2))).rejects.toMatchObject({ code: 'SNX1011' })
      expect(readFileSync(path).equals(Buffer.alloc(100_000, 1))).toBe(true)
      expect(readdirSync(folder)).toEqual(['file'])
    })
  })
})

describe('removeTemporaries', () => {
  it('removes what a killed write left, of that file only', async () => {
    const folder = temporaryFolder()
    for (const name of ['.a.json.7.1.tmp', '.b.json.7.1.tmp', 'a.json', 'x.tmp']) writeFileSync(join(folder, name), '')
    await removeTemporaries(folder, 'a.json')
    expect(readdirSync(folder).sort()).toEqual(['.b.json.7.1.tmp', 'a.json', 'x.tmp'])
    await removeTemporaries(join(folder, 'nothing'))
  })
})

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function withTmpfs(size: string, work: (folder: string) => Promise<void>) {
  const folder = temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder])
  try {
    await work(folder)
  } finally {
    execFileSync('umount', [folder])
  }
}
