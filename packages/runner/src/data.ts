import { findDataset, openDataset } from '@snnx/data'
import type { PlannedTask } from './plan.ts'
import type { Reporter } from './reporter/reporter.ts'

/** Fetches the data sets that are nowhere on this machine, once, before several workers want them at the same time. */
export async function fetchData(tasks: readonly PlannedTask[], reporter: Reporter): Promise<void> {
  const specs = new Map(tasks.map(({ job }) => [job.dataset.name, job.dataset]))
  for (const [name, spec] of specs) {
    if ((await findDataset(name)).origin !== 'download') continue
    await openDataset(spec, { seed: 0, onProgress: (progress) => reporter.onDownload(progress) })
  }
}
