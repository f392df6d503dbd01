import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SHIM, snnx, start } from './command.ts'
import { makeWorkspace, records, removeWorkspace } from './workspace.ts'

/** Makes the Node that runs the shim claim to be an old one. */
const OLD = [
  '--import',
  `data:text/javascript,${encodeURIComponent("Object.defineProperty(process.versions, 'node', { value: '20.11.0' })")}`,
]

const bundled = (() => {
  try {
    return createRequire(SHIM).resolve(`node-${process.platform}-${process.arch}/package.json`) !== ''
  } catch {
    return false
  }
})()

describe('the shim', () => {
  it.runIf(bundled)(
    'goes on with the bundled Node when the running one is too old, and keeps output and exit code',
    async () => {
      const folder = makeWorkspace()
      expect(await snnx(['check', 'tiny/tiny.snnx'], { folder, node: OLD })).toMatchObject({
        code: 0,
        stdout: '1 file checked: no mistakes\n',
      })
      expect(await snnx(['check', 'nothing'], { folder, node: OLD })).toMatchObject({ code: 5 })
      removeWorkspace(folder)
    },
  )

  it.runIf(bundled)('hands Ctrl-C on, and takes the command with it when it is killed', async () => {
    const folder = makeWorkspace()
    const first = start(['run', 'tiny/tiny.snnx'], { folder, node: OLD })
    await first.until('epoch 1')
    first.child.kill('SIGINT')
    expect(await first.ended).toMatchObject({ code: 130, stdout: expect.stringContaining('go on with') })
    const second = start(['run', 'tiny/tiny.snnx'], { folder, node: OLD })
    await second.until('starting')
    second.child.kill('SIGKILL')
    // Its pipes stay open until the last of its children is gone.
    expect(await second.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(await snnx(['run', 'tiny/tiny.snnx'], { folder })).toMatchObject({ code: 0 })
    expect(Object.keys(records(join(folder, 'tiny')))).toHaveLength(3)
    removeWorkspace(folder)
  })

  it('says so when there is no Node that is new enough', async () => {
    const folder = makeWorkspace()
    const ended = await snnx(['check'], { folder, node: OLD, environment: { SNNX_RELAUNCHED: '1' } })
    expect(ended).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringContaining('error[SNX1003]: node 20.11.0 is too old'),
    })
    removeWorkspace(folder)
  })

  it('says so when it is not built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snnx-shim-'))
    mkdirSync(join(folder, 'bin'))
    cpSync(SHIM, join(folder, 'bin', 'snnx.mjs'))
    const child = spawn(process.execPath, [join(folder, 'bin', 'snnx.mjs'), 'check'])
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(said).toBe(
      'error[SNX1003]: the `snnx` command is not built\nhelp: run `npm run build` in the root of the repository\n',
    )
    expect(code).toBe(6)
    expect(existsSync(join(folder, 'dist'))).toBe(false)
    rmSync(folder, { recursive: true })
  })
})
