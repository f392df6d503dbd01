import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadFile, type TransferOptions } from './download.ts'
import type { Place } from './errors.ts'
import type { Paths, Remote } from './source.ts'

/** How far the download of a data set is, in bytes over all its files. */
export interface DownloadProgress {
  dataset: string
  file: string
  received: number
  total: number
}

export interface FetchOptions extends Omit<TransferOptions, 'onBytes'> {
  /** Tried in this order instead of the official addresses; an empty list allows no download. */
  addresses?: readonly string[]
  onProgress?: (progress: DownloadProgress) => void
}

/**
 * Fetches the files that `folder` lacks, each from the first address that gives it.
 * @returns the files' paths, or each address with the reason why it did not give one
 * @throws SNX0711, SNX0712 when a file cannot be stored
 */
export async function fetchFiles(
  dataset: string,
  remote: Remote,
  folder: string,
  options: FetchOptions,
): Promise<{ files: Paths } | { failures: Place[] }> {
  const total = Object.values(remote.files).reduce((sum, { bytes }) => sum + bytes, 0)
  const paths: Record<string, string> = {}
  let before = 0
  for (const [name, packed] of Object.entries(remote.files)) {
    const file = `${name}.gz`
    const report = (received: number) => options.onProgress?.({ dataset, file, received: before + received, total })
    const target = join(folder, file)
    if (!(await isThere(target))) {
      const failures: Place[] = []
      for (const address of options.addresses ?? remote.addresses) {
        const reason = await downloadFile(address + file, target, packed, { ...options, onBytes: report })
        if (reason === null) break
        failures.push({ path: address + file, found: reason })
      }
      if (!(await isThere(target))) return { failures }
    }
    before += packed.bytes
    report(0)
    paths[name] = target
  }
  return { files: paths }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  )
}
