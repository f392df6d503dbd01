import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snnx } from './command.ts'
import { makeWorkspace, records, removeWorkspace, snapshot } from './workspace.ts'

const RUN = ['run', 'tiny/tiny.snnx', '--jobs', '1']
const finished = makeWorkspace()
const fresh = makeWorkspace()
const mounted = new Set<string>()

beforeAll(async () => {
  expect((await snnx(RUN, { folder: finished })).code).toBe(0)
})
afterAll(() => {
  for (const folder of mounted) unmount(folder)
  removeWorkspace(finished)
  removeWorkspace(fresh)
})

describe.runIf(canMount())('a read-only disk', () => {
  it('is named by `run`, and nothing changes', async () => {
    const folder = mount('4m', fresh)
    execFileSync('mount', ['-o', 'remount,ro', folder])
    const before = snapshot(folder)
    const { code, stdout, stderr } = await snnx(RUN, { folder })
    expect(stdout + stderr).toContain('[SNX1012]')
    expect(stdout + stderr).not.toMatch(/^\s+at /m)
    expect(code).toBe(5)
    expect(snapshot(folder)).toEqual(before)
  })

  it('is named when only the results are on it', async () => {
    const folder = mount('4m', fresh)
    execFileSync('mount', ['-o', 'remount,ro', folder])
    const state = mkdtempSync(join(tmpdir(), 'snnx-state-'))
    const { code, stdout } = await snnx([...RUN, '--state', state], { folder })
    expect(stdout).toContain('[SNX1012]')
    expect(code).toBe(5)
    expect(Object.keys(snapshot(state)).filter((path) => !/lock\.\d+$/.test(path))).toEqual([])
    rmSync(state, { recursive: true })
  })

  it('is enough for all that only reads', async () => {
    const folder = mount('4m', finished)
    execFileSync('mount', ['-o', 'remount,ro', folder])
    const job = readdirSync(join(folder, 'tiny', 'results'))[0]!.slice(0, 16)
    for (const command of [['check', 'tiny/tiny.snnx'], ['plan', 'tiny/tiny.snnx'], ['report'], ['verify', job], RUN]) {
      expect(await snnx(command, { folder }), command.join(' ')).toMatchObject({ code: 0 })
    }
  })
})

describe.runIf(canMount())('a full disk', () => {
  // The run writes about 400 kB; so it ends at other places each time: at the lock, the log, a checkpoint, weights, a record.
  it.each([0, 8, 24, 96, 200])(
    'with %i kB left stops the run with nothing half-written, and it goes on later',
    async (kilobytes) => {
      const folder = mount('4m', fresh)
      leaveFree(folder, kilobytes * 1024)
      const { code, stdout, stderr } = await snnx(RUN, { folder })
      if (code !== 0) {
        expect(stdout + stderr).toContain('[SNX1011]')
        expect(code).toBe(5)
      }
      expect(stdout + stderr).not.toMatch(/^\s+at /m)
      const left = Object.keys(snapshot(folder))
      expect(left.filter((path) => path.endsWith('.tmp'))).toEqual([])
      expect(await snnx(['report'], { folder })).toMatchObject({ code: 0 })
      rmSync(join(folder, 'filler'))
      expect(await snnx(RUN, { folder })).toMatchObject({ code: 0 })
      expect(records(join(folder, 'tiny'))).toEqual(records(join(finished, 'tiny')))
    },
  )
})

it.skipIf(canMount())('the disk tests need root on Linux, to mount a small disk', () => {})

/** A disk of its own with a copy of `template`. */
function mount(size: string, template: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'snnx-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder])
  mounted.add(folder)
  cpSync(template, folder, { recursive: true })
  return folder
}

function unmount(folder: string) {
  execFileSync('umount', [folder])
  rmSync(folder, { recursive: true })
  mounted.delete(folder)
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    unmount(mount('64k', fresh))
    return true
  } catch {
    return false
  }
}

function leaveFree(folder: string, bytes: number) {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
}
