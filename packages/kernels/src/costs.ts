import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { calibrate } from './calibrate.ts'
import { type Costs, DEFAULT_COSTS } from './dispatch.ts'
import type { Kernels } from './kernels.ts'
import { LOCAL_BUILD } from './load.ts'

/** What was measured of the library of this machine, beside it. */
const COSTS_FILE = fileURLToPath(new URL('../snnx-kernels.costs.json', import.meta.url))

/** A measurement, and the library that it is of: its size and time. */
interface Stored {
  library: string
  costs: Costs
}

/**
 * What the native kernels cost on this machine: measured once after a build (a second), and kept beside the library, so that
 * a job picks the same kernels whenever it runs here. Where that folder cannot be written, the costs of a known machine.
 */
export function loadCosts(kernels: Kernels, library: string = LOCAL_BUILD, file: string = COSTS_FILE): Costs {
  const name = nameLibrary(library)
  if (name === null) return DEFAULT_COSTS
  return readCosts(file, name) ?? measureCosts(kernels, file, name)
}

function nameLibrary(path: string): string | null {
  try {
    const { size, mtimeMs } = statSync(path)
    return `${size} bytes of ${new Date(mtimeMs).toISOString()}`
  } catch {
    return null
  }
}

function readCosts(file: string, library: string): Costs | null {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored
    return stored.library === library && isLike(stored.costs, DEFAULT_COSTS) ? stored.costs : null
  } catch {
    return null
  }
}

function measureCosts(kernels: Kernels, file: string, library: string): Costs {
  const temporary = `${file}.${process.pid}`
  try {
    writeFileSync(temporary, '')
    const stored: Stored = { library, costs: calibrate(kernels) }
    writeFileSync(temporary, `${JSON.stringify(stored, null, 2)}\n`)
    renameSync(temporary, file)
    return stored.costs
  } catch {
    return DEFAULT_COSTS
  }
}

/** Whether `read` has all that `model` has. */
function isLike(read: unknown, model: unknown): boolean {
  if (model === null) return read === null
  if (typeof model === 'number') return typeof read === 'number' && read >= 0
  if (typeof read !== 'object' || read === null) return false
  return Object.entries(model as object).every(([key, of]) => isLike((read as Record<string, unknown>)[key], of))
}
