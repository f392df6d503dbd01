import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { start } from './command.ts'
import { makeWorkspace, removeWorkspace, snapshot } from './workspace.ts'

const UNTIDY = fileURLToPath(new URL('../fixtures/untidy.snnx', import.meta.url))
const folder = makeWorkspace()
afterAll(() => removeWorkspace(folder))

/** Formats the text as an editor would have it done. */
function pipe(text: string, parameters: readonly string[]) {
  const { child, ended } = start(parameters, { folder })
  child.stdin!.end(text)
  return ended
}

describe('an editor that formats', () => {
  it.each([['--stdin'], ['-']])('gets the text from `snnx fmt %s`, and exit code 0, mistakes or not', async (how) => {
    const { stdout, stderr, code } = await pipe(readFileSync(UNTIDY, 'utf8'), ['fmt', how])
    await expect(stdout).toMatchFileSnapshot('golden/untidy.txt')
    expect([stderr, code]).toEqual(['stdin:16:5: left as it is, for it has a syntax error: see `snnx check`\n', 0])
    expect(await pipe(stdout, ['fmt', how])).toMatchObject({ stdout, code: 0 })
  })

  it('gets it in JSON, and can only ask', async () => {
    const { stdout } = await pipe('snnx   1', ['fmt', '-', '--json'])
    expect(JSON.parse(stdout)).toEqual([{ file: 'stdin', changed: true, left: [], text: 'snnx 1\n' }])
    expect(await pipe('snnx   1', ['fmt', '-', '--check'])).toMatchObject({ stdout: '', stderr: '', code: 1 })
    expect(await pipe('snnx 1\n', ['fmt', '-', '--check'])).toMatchObject({ stdout: '', stderr: '', code: 0 })
  })
})

it('writes what `--stdin` says, and no file that is formatted already', async () => {
  const file = join(folder, 'untidy.snnx')
  copyFileSync(UNTIDY, file)
  const before = snapshot(folder)
  expect((await pipe('', ['fmt'])).code).toBe(3)
  expect(readFileSync(file, 'utf8')).toBe((await pipe(readFileSync(UNTIDY, 'utf8'), ['fmt', '-'])).stdout)
  expect({ ...snapshot(folder), 'untidy.snnx': '' }).toEqual({ ...before, 'untidy.snnx': '' })
})
