import { findDataset, openDataset } from '@snnx/data'
import { SnnxError } from '@snnx/ir'
import type { PlannedTask } from './plan.ts'
import type { Reporter } from './reporter/reporter.ts'

/**
 * Fetches the data sets that are nowhere on this machine, once, before several workers want them at the same time. What
 * was received when `signal` aborts stays, and the next time goes on from there.
 */
export async function fetchData(tasks: readonly PlannedTask[], reporter: Reporter, signal: AbortSignal): Promise<void> {
  const specs = new Map(tasks.map(({ job }) => [job.dataset.name, job.dataset]))
  for (const [name, spec] of specs) {
    // Images in folders are one's own: there is nowhere to fetch them from.
    if (name === 'images' || (await findDataset(name)).origin !== 'download') continue
    try {
      await openDataset(spec, { seed: 0, onProgress: (progress) => reporter.onDownload(progress), signal })
    } catch (error) {
      if (signal.aborted && !(error instanceof SnnxError)) return
      throw error
    }
  }
}
