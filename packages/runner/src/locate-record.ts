import { basename, dirname } from 'node:path'
import { SnnxError } from '@snnx/ir'
import { findRecords } from './store/find-records.ts'

/**
 * The record of a job below a folder, by its hash or a beginning of it.
 * @throws SnnxError SNX1032 (no such record), SNX1033 (several), SNX1034 (not a hash)
 */
export async function locateRecord(job: string, below: string): Promise<{ path: string; experiment: string }> {
  if (!/^[0-9a-f]{4,16}$/.test(job)) {
    throw new SnnxError('SNX1034', `${JSON.stringify(job)} is not a job: a job is named by 4 to 16 digits 0-9 a-f`, {
      help: '`snnx report` shows the jobs in its last column',
    })
  }
  const found = (await findRecords([below])).filter((path) => basename(path).startsWith(job))
  if (found.length === 1) return { path: found[0]!, experiment: dirname(dirname(found[0]!)) }
  if (found.length === 0) {
    throw new SnnxError('SNX1032', `no record of job ${job} below ${below}`, {
      help: 'name the folder with --experiments; `snnx report` shows the jobs that have records',
    })
  }
  const hashes = [...new Set(found.map((path) => basename(path, '.json')))]
  // Specs in different folders can mean the same job.
  if (hashes.length === 1) {
    throw new SnnxError('SNX1033', `job ${hashes[0]} has several records: ${found.join(', ')}`, {
      help: 'name the folder of one of them with --experiments',
    })
  }
  throw new SnnxError('SNX1033', `several records begin with ${job}: ${hashes.join(', ')}`, {
    help: 'write more digits',
  })
}
