import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { snnx } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'snnx-backend-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Status {
  name: string
  available: boolean
  auto: boolean
  missing: string | null
  help: string | null
}

describe('snnx backend', () => {
  it('tells which backends work, which `auto` takes, and how to get the others', async () => {
    const { code, stdout } = await snnx(['backend', 'list', '--json'], { folder })
    const statuses = JSON.parse(stdout) as Status[]
    expect(code).toBe(0)
    expect(statuses.map(({ name }) => name)).toEqual(['native', 'tensorflow', 'wasm', 'cpu'])
    const [, tensorflow, wasm, cpu] = statuses
    expect(tensorflow).toMatchObject({ available: false, missing: 'it is not installed' })
    expect(tensorflow!.help).toContain('snnx backend add tensorflow')
    for (const status of [wasm, cpu]) expect(status).toMatchObject({ available: true, missing: null, help: null })
    expect(statuses.filter(({ auto }) => auto)).toEqual([statuses.find(({ available }) => available)])
  })

  it('is the list, for people', async () => {
    const { code, stdout } = await snnx(['backend'], { folder })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^wasm +tfjs in WebAssembly +yes/m)
    expect(stdout).toContain('\ntensorflow: it is not installed\n  `snnx backend add tensorflow` fetches 187 MB')
  })

  it('adds only what can be added', async () => {
    const { code, stderr } = await snnx(['backend', 'add', 'wasm'], { folder })
    expect(stderr).toContain('error[SNX1031]')
    expect(code).toBe(2)
  })

  it('says what a machine lacks to add one, and leaves nothing', async () => {
    const { code, stderr } = await snnx(['backend', 'add', 'tensorflow'], { folder, environment: { PATH: folder } })
    expect(stderr).toMatch(/^error\[SNX104[12]\]: /)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(code).toBe(6)
    expect(existsSync(join(folder, '.cache', 'tensorflow', 'downloads'))).toBe(false)
  })
})
