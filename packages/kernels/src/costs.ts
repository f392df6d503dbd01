import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Costs, DEFAULT_COSTS } from './dispatch.ts'

/** What was measured when the kernels were built on this machine, beside them. */
export const COSTS_FILE: string = fileURLToPath(new URL('../snnx-kernels.costs.json', import.meta.url))

/**
 * This machine's costs: measured once, after the build, and kept, so that a job picks the same kernels whenever it runs here.
 * Without a measurement, or with one that cannot be used, those of a known machine.
 */
export function loadCosts(path: string = COSTS_FILE): Costs {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isLike(read, DEFAULT_COSTS) ? (read as Costs) : DEFAULT_COSTS
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
