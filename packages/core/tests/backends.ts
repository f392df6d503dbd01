import { loadKernels } from '@snnx/kernels/load'
import { inspect, locate } from '../../runner/src/backend/place.ts'
import { RELEASE } from '../../runner/src/backend/release.ts'
import { loadTensorflow } from '../../runner/src/backend/tensorflow.ts'
import { openBackend, type Providers, type ResolvedBackend } from '../src/backend/backend.ts'

const kernels = (() => {
  try {
    return loadKernels()
  } catch {
    return null
  }
})()
const hasTensorflow = (await inspect(locate(RELEASE).folder, RELEASE)) === null

/** What a host brings that has built the native kernels and added tfjs-node, as far as this one has. */
export const providers: Providers = {
  ...(kernels ? { native: () => ({ kernels }) } : {}),
  ...(hasTensorflow ? { tensorflow: loadTensorflow } : {}),
}

/** The backends that are tested here: those of this build, and of the others what is there. */
export const TESTED: readonly ResolvedBackend[] = [
  ...(kernels ? (['native'] as const) : []),
  ...(hasTensorflow ? (['tensorflow'] as const) : []),
  'wasm',
  'cpu',
]

/** Opens a backend for a test. */
export function open(backend: ResolvedBackend): Promise<ResolvedBackend> {
  return openBackend(backend, providers)
}
