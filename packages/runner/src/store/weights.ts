import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Result, type ResultNode, SnnxError } from '@snnx/ir'
import { writeAtomic } from './atomic.ts'
import { readBytes } from './bytes.ts'
import { recordPath } from './record.ts'
import { isMissing, storageError } from './storage.ts'

/**
 * Stores a weights file durably in the job's run folder, beside the checkpoint that counts on it, until the record is
 * written.
 * @returns its path as the record will name it, relative to the experiment's folder
 */
export async function stageWeights(run: string, hash: string, name: string, bytes: Uint8Array): Promise<string> {
  await writeAtomic(join(run, STAGED, `${name}.safetensors`), bytes)
  return `weights/${hash}/${name}.safetensors`
}

/**
 * Puts the weights files that a record names where it names them.
 * @throws SnnxError SNX0824 when one is not the file that was measured, SNX101x when it cannot be written
 */
export async function publishWeights(run: string, experimentFolder: string, record: Result): Promise<void> {
  for (const { weights } of record.nodes) {
    const staged = join(run, STAGED, basename(weights.file))
    const bytes = await readBytes(staged).catch(() => null)
    if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== weights.sha256) {
      throw new SnnxError('SNX0824', `${staged} is not the weights file that was measured`, {
        help: `remove ${run} to start the job anew`,
      })
    }
    await writeAtomic(join(experimentFolder, weights.file), bytes)
  }
}

/** Forgets the staged files of a finished job. */
export async function removeStaged(run: string): Promise<void> {
  await rm(join(run, STAGED), { recursive: true, force: true })
}

/** The folder, in the run's, of weights files whose record is not written yet. */
export const STAGED = 'weights'

/**
 * The bytes of a weights file that a record names, checked against its digest.
 * @throws SnnxError SNX0821 (not there), SNX0822 (not the bytes that were recorded), SNX0823 (not a path of this job)
 */
export async function loadWeights(experimentFolder: string, record: Result, node: ResultNode): Promise<Uint8Array> {
  const { file, sha256 } = node.weights
  const owner = recordPath(experimentFolder, record.hash)
  if (!isOwnFile(file, record.hash)) {
    throw new SnnxError(
      'SNX0823',
      `${owner} names ${JSON.stringify(file)} as a weights file, which is not one of this job`,
      {
        help: `weights files are at weights/${record.hash}/ beside the results`,
      },
    )
  }
  const path = join(experimentFolder, file)
  const bytes = await readBytes(path).catch((error) => {
    if (!isMissing(error)) throw storageError(error, 'read', path)
    throw new SnnxError('SNX0821', `${path} is missing; ${owner} names it`, {
      help: `restore it, or remove ${owner} so that the job runs again`,
    })
  })
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new SnnxError('SNX0822', `${path} is not the file that was recorded: its sha256 differs`, {
      help: `restore it, or remove it and ${owner} so that the job runs again`,
    })
  }
  return bytes
}

/** A record may come from a stranger: it must not make us read outside its own folder. */
function isOwnFile(file: string, hash: string): boolean {
  return dirname(file) === `weights/${hash}` && /^[^/\\]+\.safetensors$/.test(file.slice(`weights/${hash}/`.length))
}
