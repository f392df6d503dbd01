import * as core from '@snnx/core'
import { openDataset } from '@snnx/data'
import { openBackend } from './open-backend.ts'
import type { Engine } from './perform.ts'

/** The real engine and the real data, as `performJob` wants them. */
export const engine: Engine = {
  version: core.ENGINE_VERSION,
  openBackend,
  runJob: core.runJob,
  openDataset: (job, beside, onDownload, signal) =>
    openDataset(job.dataset, { seed: job.seed, beside, onProgress: onDownload, signal }),
}
