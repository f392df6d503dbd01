import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Kernels } from './kernels.ts'

const require = createRequire(import.meta.url)

/** The local build, beside the sources. */
export const LOCAL_BUILD: string = fileURLToPath(new URL('../snnx-kernels.node', import.meta.url))

/**
 * The native kernels: of a prebuilt platform package, else of a local build.
 * @throws Error when there is neither; `cause` is an AggregateError with one entry per attempt
 */
export function loadKernels(): Kernels {
  const attempts: unknown[] = []
  for (const path of [`@snnx/kernels-${process.platform}-${process.arch}`, LOCAL_BUILD]) {
    try {
      if (path === LOCAL_BUILD && !existsSync(path)) throw new Error(`${path} does not exist: it was not built here`)
      return { name: 'native', ...(require(path) as Omit<Kernels, 'name'>) }
    } catch (failure) {
      attempts.push(failure)
    }
  }
  throw new Error('no native kernels for this machine', { cause: new AggregateError(attempts) })
}
