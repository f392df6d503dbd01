import { type BackendName, SnnxError } from '@snnx/ir'
import { type Costs, type Kernels, twin } from '@snnx/kernels'
import { enableProdMode, findBackend, findBackendFactory, type KernelBackend, setBackend } from '@tensorflow/tfjs-core'
import { registerGradients } from '../gradients.ts'
import { registerKernels, registerNativeKernels } from '../kernel/register.ts'
import { attachMemory, cpuMemory, type Memory, tensorflowMemory, wasmMemory } from './memory.ts'
import { registerNative } from './native.ts'
import { openTensorflow, type TensorflowProvider } from './tensorflow.ts'

/** A backend with a name of its own, `auto` resolved. */
export type ResolvedBackend = Exclude<BackendName, 'auto'>

/** What only the host can bring: code outside of this package. Each throws where it is not to be had. */
export interface Providers {
  /** The kernels, and what they cost on this machine. */
  native?(): { kernels: Kernels; costs?: Costs }
  tensorflow?: TensorflowProvider
}

/** How a backend gets into tfjs, and where it keeps its numbers. */
interface Loader {
  name: ResolvedBackend
  load(providers: Providers): Promise<unknown>
  memory: ((backend: KernelBackend, kernels: Kernels) => Memory) | null
}

/** Fastest first: the order in which `auto` tries them. */
const LOADERS: readonly Loader[] = [
  { name: 'native', load: loadNative, memory: null },
  { name: 'tensorflow', load: loadTensorflow, memory: tensorflowMemory },
  { name: 'wasm', load: () => import('@tensorflow/tfjs-backend-wasm'), memory: wasmMemory },
  { name: 'cpu', load: () => import('@tensorflow/tfjs-backend-cpu'), memory: cpuMemory },
]

const opened = new Set<ResolvedBackend>()

/** The backends this build can try, fastest first. */
export function listBackends(): ResolvedBackend[] {
  return LOADERS.map((loader) => loader.name)
}

/**
 * Loads a backend and makes it the engine's; `auto` takes the first that starts.
 * @returns the name of the backend now in use
 * @throws SnnxError SNX1001 when it is not part of this build or does not start here
 */
export async function openBackend(name: BackendName, providers: Providers = {}): Promise<ResolvedBackend> {
  const failures: unknown[] = []
  for (const loader of LOADERS.filter((of) => name === 'auto' || of.name === name)) {
    try {
      if (!opened.has(loader.name)) await loader.load(providers)
      if (findBackendFactory(loader.name) && (await setBackend(loader.name))) {
        if (!opened.has(loader.name)) prepare(loader)
        return loader.name
      }
    } catch (failure) {
      failures.push(failure)
    }
  }
  const reasons = failures.map((failure) => `; ${failure instanceof Error ? failure.message : failure}`).join('')
  throw new SnnxError('SNX1001', `the backend \`${name}\` is not available here${reasons}`, {
    help: `use one of ${listBackends().join(', ')}, or \`auto\``,
    cause: new AggregateError(failures),
  })
}

/** Once per backend: its memory, our kernels and gradients. */
function prepare({ name, memory }: Loader): void {
  if (memory) attachMemory(findBackend(name), memory(findBackend(name), twin))
  registerKernels(name)
  if (name === 'native') registerNativeKernels()
  if (opened.size === 0) registerGradients()
  opened.add(name)
  enableProdMode()
}

async function loadNative(providers: Providers): Promise<void> {
  if (!providers.native) throw new Error('this host brings no native kernels')
  const { kernels, costs } = providers.native()
  registerNative(kernels, costs)
}

async function loadTensorflow(providers: Providers): Promise<void> {
  if (!providers.tensorflow) throw new Error('this host brings no tfjs-node')
  await openTensorflow(providers.tensorflow)
}
