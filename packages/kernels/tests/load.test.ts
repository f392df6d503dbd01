import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { twin } from '../src/index.ts'
import { ABI, LOCAL_BUILD, loadKernels } from '../src/load.ts'
import { native } from './sets.ts'

const folder = mkdtempSync(join(tmpdir(), 'snnx-load-'))

/** The attempts of a loading that fails. */
function failToLoad(): Error[] {
  try {
    loadKernels()
  } catch (error) {
    const { message, cause } = error as Error
    expect(cause).toBeInstanceOf(AggregateError)
    const { errors } = cause as AggregateError
    expect(message).toBe(`no native kernels: ${errors.at(-1).message}`)
    return errors
  }
  throw new Error('it was loaded')
}

function name(path: string): void {
  vi.stubEnv('SNNX_KERNELS', path)
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('loading of the native kernels', () => {
  it('lists a file that is not there', () => {
    name(join(folder, 'absent.node'))
    const [attempt, ...others] = failToLoad()
    expect(others).toEqual([])
    expect(attempt!.message).toMatch(/^SNNX_KERNELS=.*absent\.node: .*(no such file|cannot open|not found|no image)/i)
    expect(attempt!.cause).toBeInstanceOf(Error)
  })

  it.each(['kernels.node', 'kernels.js', 'kernels'])('lists a file that is no library: %s', (file) => {
    name(join(folder, file))
    writeFileSync(join(folder, file), 'throw new Error("this file was run")')
    const [attempt] = failToLoad()
    expect(attempt!.message).not.toMatch(/was run/)
  })

  it('lists an empty file and a folder', () => {
    name(join(folder, 'empty.node'))
    writeFileSync(join(folder, 'empty.node'), '')
    expect(failToLoad()).toHaveLength(1)
    name(folder)
    expect(failToLoad()).toHaveLength(1)
  })

  it.skipIf(native === null)('takes the library that is named, wherever it is', () => {
    const copy = join(folder, 'renamed')
    copyFileSync(LOCAL_BUILD, copy)
    name(copy)
    expect(loadKernels().name).toBe('native')
  })

  it.skipIf(native === null)('finds in it all that the twin has', () => {
    expect(Object.keys(native!)).toEqual(expect.arrayContaining(Object.keys(twin)))
  })

  it.skipIf(native === null)('refuses a library of another version, or one that lacks a kernel', () => {
    name(LOCAL_BUILD)
    const open = vi.spyOn(process, 'dlopen')
    const pretend = (exports: object) =>
      open.mockImplementation((module) => {
        Object.assign((module as { exports: object }).exports, exports)
      })
    const { name: _, ...kernels } = native!
    pretend({ ...kernels, abi: () => 0 })
    expect(failToLoad()[0]!.message).toMatch(/built for version 0 of the kernels.*npm run build:native/)
    pretend({ abi: () => ABI, packSpikes: kernels.packSpikes })
    expect(failToLoad()[0]!.message).toMatch(/lacks .*countSpikes/)
    pretend({ answer: 42 })
    expect(failToLoad()[0]!.message).toMatch(/not of these kernels/)
    open.mockRestore()
    expect(loadKernels().name).toBe('native')
  })

  it('tries a platform package, then the local build', () => {
    const open = vi.spyOn(process, 'dlopen').mockImplementation(() => {
      throw new Error('cannot be opened')
    })
    const attempts = failToLoad().map(({ message }) => message)
    open.mockRestore()
    expect(attempts).toHaveLength(2)
    expect(attempts[0]).toContain(`@snnx/kernels-${process.platform}-${process.arch}: `)
    expect(attempts[1]).toBe(
      native === null ? 'local build: there is none: run `npm run build:native`' : 'local build: cannot be opened',
    )
  })
})
