import { type Compiled, type Diagnostic, dataNotHere } from '@snnx/dsl'
import { formatBytes } from './format.ts'

/** A warning for each data set of an experiment that is nowhere on this machine. */
export async function findMissingData({ experiment, dataset: place }: Compiled): Promise<Diagnostic[]> {
  if (experiment === null || place === null) return []
  const { findDataset } = await import('@snnx/data')
  const found: Diagnostic[] = []
  for (const name of new Set(experiment.jobs.map(({ job }) => job.dataset.name))) {
    // A folder of one's own is looked at when its digest is taken.
    if (name === 'images') continue
    const location = await findDataset(name)
    if (location.origin !== 'download') continue
    const looked = location.looked.map(({ path, found: there }) => `${path}: ${there}`)
    found.push(dataNotHere(place, name, looked, location.addresses.length === 0 ? null : formatBytes(location.bytes)))
  }
  return found
}
