import * as tfjs from '@tensorflow/tfjs-core'

/**
 * Brings tfjs-node, which only the host can load: registers its kernels with the tfjs it is handed, and gives what makes
 * its backend. Throws where it is not installed.
 */
export type TensorflowProvider = (tfjs: object) => Promise<() => object>

/**
 * Makes `tensorflow` a backend of tfjs. The host gets this very tfjs, since kernels registered with another copy would see
 * other tensors, gradients and flags.
 */
export async function openTensorflow(provide: TensorflowProvider): Promise<void> {
  const create = await provide(tfjs)
  tfjs.registerBackend('tensorflow', () => create() as tfjs.KernelBackend)
}
