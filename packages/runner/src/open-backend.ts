import { openBackend as openIn, type ResolvedBackend } from '@snnx/core'
import { type BackendName, BackendSchema, SnnxError } from '@snnx/ir'
import { loadCosts } from '@snnx/kernels/costs'
import { loadKernels } from '@snnx/kernels/load'
import { loadTensorflow } from './backend/tensorflow.ts'

/**
 * Opens a backend with what this host brings: the native kernels of a build on this machine, tfjs-node where it was added.
 * The variable SNNX_BACKEND decides what `auto` means.
 *
 * @throws SnnxError SNX1001 when the backend is not available; SNX1004 when SNNX_BACKEND names none
 */
export function openBackend(name: BackendName): Promise<ResolvedBackend> {
  return openIn(name === 'auto' ? readVariable() : name, {
    native: loadNative,
    tensorflow: loadTensorflow,
  })
}

function loadNative() {
  const kernels = loadKernels()
  return { kernels, costs: loadCosts(kernels) }
}

function readVariable(): BackendName {
  const named = process.env.SNNX_BACKEND || 'auto'
  const { data } = BackendSchema.safeParse(named)
  if (data) return data
  throw new SnnxError('SNX1004', `the variable SNNX_BACKEND names \`${named}\`, which is no backend`, {
    help: `set it to one of ${BackendSchema.options.join(', ')}, or not at all`,
  })
}
