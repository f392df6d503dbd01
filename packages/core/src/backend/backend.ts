import { type BackendName, SnnxError } from '@snnx/ir'
import { enableProdMode, findBackendFactory, setBackend } from '@tensorflow/tfjs-core'
import { registerGradients } from '../gradients.ts'
import { registerHostKernels } from '../kernel/register.ts'

/** A backend with a name of its own, `auto` resolved. */
export type ResolvedBackend = Exclude<BackendName, 'auto'>

/** How each backend gets into tfjs, fastest first: the order in which `auto` tries them. */
const LOADERS: readonly { name: ResolvedBackend; load: () => Promise<unknown> }[] = [
  { name: 'wasm', load: () => import('@tensorflow/tfjs-backend-wasm') },
  { name: 'cpu', load: () => import('@tensorflow/tfjs-backend-cpu') },
]

let registered = false

/** The backends this build can try, fastest first. */
export function listBackends(): ResolvedBackend[] {
  return LOADERS.map((loader) => loader.name)
}

/**
 * Loads a backend and makes it the engine's; `auto` takes the first that starts.
 * @returns the name of the backend now in use
 * @throws SnnxError SNX1001 when it is not part of this build or does not start here
 */
export async function openBackend(name: BackendName): Promise<ResolvedBackend> {
  const candidates = name === 'auto' ? LOADERS : LOADERS.filter((loader) => loader.name === name)
  const failures: unknown[] = []
  for (const candidate of candidates) {
    try {
      await candidate.load()
      if (findBackendFactory(candidate.name) && (await setBackend(candidate.name))) {
        if (!registered) {
          registerHostKernels()
          registerGradients()
        }
        registered = true
        enableProdMode()
        return candidate.name
      }
    } catch (failure) {
      failures.push(failure)
    }
  }
  throw new SnnxError('SNX1001', `the backend \`${name}\` is not available here`, {
    help: `use one of ${listBackends().join(', ')}, or \`auto\``,
    cause: new AggregateError(failures),
  })
}
