import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseResult, type Result, SnnxError } from '@snnx/ir'
import { writeAtomic } from './atomic.ts'
import { storageError } from './storage.ts'

const LARGEST = 64 * 1024 * 1024

/** Where an experiment keeps the record of a job. */
export const recordPath = (experimentFolder: string, hash: string) => join(experimentFolder, 'results', `${hash}.json`)

/**
 * Reads and checks one record.
 * @throws SnnxError SNX0901-0903 and SNX0905 as `parseResult` says, SNX0904 (the file's name is not its hash), SNX1011-1016
 * (cannot be read)
 */
export async function readRecord(path: string): Promise<Result> {
  const record = parseResult(await readText(path), path)
  if (basename(path) !== `${record.hash}.json`) {
    throw new SnnxError('SNX0904', `${path} holds the record of job ${record.hash}`, {
      help: `name it ${record.hash}.json, as it was written`,
    })
  }
  return record
}

/**
 * Appends a record to the experiment: a record that is there is never replaced.
 * @throws SnnxError SNX0906 if another record has its name; SNX0907 if the record itself is invalid; SNX1011-1016
 */
export async function writeRecord(experimentFolder: string, record: Result): Promise<void> {
  const path = recordPath(experimentFolder, record.hash)
  const text = `${JSON.stringify(record, null, 1)}\n`
  try {
    parseResult(text, path)
  } catch (error) {
    throw new SnnxError('SNX0907', `the engine's result is no valid record: ${(error as SnnxError).message}`, {
      help: 'this is a fault of snnx; please report it',
      cause: error,
    })
  }
  if (await writeAtomic(path, text, 'create')) return
  throw new SnnxError('SNX0906', `${path} appeared while the job ran; it was left as it is`, {
    help: 'records are append-only: remove the file first if this job is to run again',
  })
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST) {
      throw new SnnxError('SNX0901', `${path} is no record: it has ${size} bytes`, {
        help: 'restore the file, or remove it and run its job again',
      })
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    throw storageError(error, 'read', path)
  }
}
