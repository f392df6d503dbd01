import { openBackend, type ResolvedBackend } from '@snnx/core'
import { type Costs, DEFAULT_COSTS, type Kernels, twin } from '@snnx/kernels'
import { loadCosts } from '@snnx/kernels/costs'
import { loadKernels } from '@snnx/kernels/load'

/** What ours runs on. */
export interface Engine {
  backend: ResolvedBackend
  kernels: Kernels
  costs: Costs
  /** Why it is not the native backend; `null` where it is. */
  missing: string | null
}

/** The native backend; `wasm` where its kernels cannot be loaded. */
export async function openEngine(): Promise<Engine> {
  try {
    const kernels = loadKernels()
    const costs = loadCosts(kernels)
    const backend = await openBackend('native', { native: () => ({ kernels, costs }) })
    return { backend, kernels, costs, missing: null }
  } catch (error) {
    const backend = await openBackend('wasm')
    return { backend, kernels: twin, costs: DEFAULT_COSTS, missing: (error as Error).message }
  }
}
