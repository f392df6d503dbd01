import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { identifyJob, RESULT_FORMAT, type Result, ResultSchema, SnnxError } from '@snnx/ir'
import { writeAtomic } from './atomic.ts'
import { storageError } from './storage.ts'

const LARGEST = 64 * 1024 * 1024

/** Where an experiment keeps the record of a job. */
export const recordPath = (experimentFolder: string, hash: string) => join(experimentFolder, 'results', `${hash}.json`)

/**
 * Reads and checks one record.
 * @throws SnnxError SNX0901 (not JSON), SNX0902 (another format), SNX0903 (does not fit the schema), SNX0904 (the file's
 * name is not its hash), SNX0905 (the hash is not that of its job), SNX1011-1016 (cannot be read)
 */
export async function readRecord(path: string): Promise<Result> {
  const text = await readText(path)
  const value = parseJson(text, path)
  const format = (value as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format !== RESULT_FORMAT) {
    const newer = format > RESULT_FORMAT
    throw new SnnxError('SNX0902', `${path} is of format ${format}, but this version reads format ${RESULT_FORMAT}`, {
      help: newer ? 'update snnx' : 'run the experiment again with this version',
    })
  }
  const { success, data, error } = ResultSchema.safeParse(value)
  if (!success) {
    const issues = error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.') || 'the record'}: ${lower(issue.message)}`)
    const more = error.issues.length > 3 ? `; and ${error.issues.length - 3} more` : ''
    throw new SnnxError('SNX0903', `${path} is not a valid record: ${issues.join('; ')}${more}`, { help: RESTORE })
  }
  if (basename(path) !== `${data.hash}.json`) {
    throw new SnnxError('SNX0904', `${path} holds the record of job ${data.hash}`, {
      help: `name it ${data.hash}.json, as it was written`,
    })
  }
  const hash = identifyJob(data.job, { data: data.data.digest, engine: data.engine.version })
  if (hash !== data.hash) {
    throw new SnnxError('SNX0905', `${path} was changed: its job has the hash ${hash}, not ${data.hash}`, {
      help: RESTORE,
    })
  }
  return data
}

/**
 * Appends a record to the experiment: a record that is there is never replaced.
 * @throws SnnxError SNX0906 if another record has its name; SNX0907 if the record itself is invalid; SNX1011-1016
 */
export async function writeRecord(experimentFolder: string, record: Result): Promise<void> {
  const path = recordPath(experimentFolder, record.hash)
  const { success, data, error } = ResultSchema.safeParse(record)
  if (!success) {
    const first = error.issues[0]!
    throw new SnnxError(
      'SNX0907',
      `the engine's result of job ${record.hash} is invalid at ${first.path.join('.')}: ${lower(first.message)}`,
      {
        help: 'this is a fault of snnx; please report it',
      },
    )
  }
  if (await writeAtomic(path, `${JSON.stringify(data, null, 1)}\n`, 'create')) return
  throw new SnnxError('SNX0906', `${path} appeared while the job ran; it was left as it is`, {
    help: 'records are append-only: remove the file first if this job is to run again',
  })
}

const RESTORE = 'restore the file (records are append-only), or remove it and run the job again'

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST) {
      throw new SnnxError('SNX0901', `${path} is no record: it has ${size} bytes`, { help: RESTORE })
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    throw storageError(error, 'read', path)
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SnnxError('SNX0901', `${path} is not JSON${text.trim() === '' ? ': it is empty' : ''}`, { help: RESTORE })
  }
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
