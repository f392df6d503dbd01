import { existsSync } from 'node:fs'
import { describe } from 'vitest'
import { type Kernels, twin } from '../src/index.ts'
import { LOCAL_BUILD, loadKernels } from '../src/load.ts'

/** The native kernels of the local build; `null` where it was not built. */
export const native: Kernels | null = existsSync(LOCAL_BUILD) ? loadKernels() : null

/** Tests of both sets of kernels; those of the native one are skipped where it was not built. */
export function describeBoth(what: string, test: (kernels: Kernels) => void): void {
  describe(`${what}, twin`, () => test(twin))
  describe.skipIf(native === null)(`${what}, native`, () => test(native as Kernels))
}
