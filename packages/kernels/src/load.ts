import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Kernels } from './kernels.ts'
import { twin } from './twin/twin.ts'

/** The local build, beside the sources. */
export const LOCAL_BUILD: string = fileURLToPath(new URL('../snnx-kernels.node', import.meta.url))

/** Raised, here and in `binding/src/lib.rs`, whenever a kernel's arguments or results change. */
export const ABI = 2

const BUILD = 'run `npm run build:native`'

/** What a library exports. */
type Library = Omit<Kernels, 'name'> & { abi(): number }

const require = createRequire(import.meta.url)

/**
 * The native kernels: of the library that `SNNX_KERNELS` names, and else of a prebuilt platform package or of a local build.
 * @throws Error when none can be used: it says why not the last of them, which is the one to be had by a build. `cause` is an
 * AggregateError with one Error per attempt, each with its own cause
 */
export function loadKernels(): Kernels {
  const failures: Error[] = []
  for (const { name, find } of listCandidates()) {
    try {
      return openLibrary(find())
    } catch (cause) {
      failures.push(new Error(`${name}: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`, { cause }))
    }
  }
  throw new Error(`no native kernels: ${failures.at(-1)!.message}`, { cause: new AggregateError(failures) })
}

/** Where a library may be; finding it may throw. */
interface Candidate {
  name: string
  find(): string
}

function listCandidates(): Candidate[] {
  const named = process.env.SNNX_KERNELS
  if (named) return [{ name: `SNNX_KERNELS=${named}`, find: () => resolve(named) }]
  const platform = `@snnx/kernels-${process.platform}-${process.arch}`
  return [
    { name: platform, find: () => require.resolve(platform) },
    { name: 'local build', find: findLocalBuild },
  ]
}

function findLocalBuild(): string {
  if (!existsSync(LOCAL_BUILD)) throw new Error(`there is none: ${BUILD}`)
  return LOCAL_BUILD
}

/** @throws Error when the file is no library, or not one of these kernels */
function openLibrary(path: string): Kernels {
  const module = { exports: {} as Partial<Library> }
  // Not `require`, which would run any file that is not called `.node` as JavaScript.
  process.dlopen(module, path)
  const { abi, ...kernels } = module.exports
  if (typeof abi !== 'function') throw new Error('this is a library, but not of these kernels')
  if (abi() !== ABI) throw new Error(`it was built for version ${abi()} of the kernels, not ${ABI}: ${BUILD}`)
  const lacking = Object.keys(twin).filter((name) => name !== 'name' && !(name in kernels))
  if (lacking.length > 0) throw new Error(`it lacks ${lacking.join(', ')}: ${BUILD}`)
  return { name: 'native', ...(kernels as Omit<Library, 'abi'>) }
}
