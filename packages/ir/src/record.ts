import type { z } from 'zod'
import { findContradiction } from './contradiction.ts'
import { SnnxError } from './error.ts'
import { denseJob, identifyJob, type Job } from './job.ts'
import { printable } from './printable.ts'
import { RESULT_FORMAT, type Result, ResultSchema } from './result.ts'

/**
 * Reads the text of a record: it must be JSON (SNX0901) of this format (SNX0902), fit the schema and hold counts that
 * can be true of its job (SNX0903), and carry the hashes of its own job and of the dense one (SNX0905).
 *
 * @param where the file's name, for messages
 * @throws SnnxError naming the file and the field
 */
export function parseResult(text: string, where: string): Result {
  const value = parseJson(text, where)
  const format = (value as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format !== RESULT_FORMAT) {
    throw new SnnxError(
      'SNX0902',
      `\`${where}\` has \`format\` ${format}, but this version reads format ${RESULT_FORMAT}`,
      {
        help: format > RESULT_FORMAT ? 'update snnx' : 'run the experiment again with this version',
      },
    )
  }
  const parsed = ResultSchema.safeParse(value)
  if (!parsed.success) {
    throw new SnnxError('SNX0903', `\`${where}\` is not a result record: ${listIssues(parsed.error.issues)}`, {
      help: 'records are written by `snnx run` and never by hand; restore the file or run its job again',
    })
  }
  const result = parsed.data
  requireIdentity(result, where)
  const contradiction = findContradiction(result)
  if (contradiction !== null) {
    throw new SnnxError('SNX0903', `\`${where}\`: ${contradiction}`, {
      help: 'the record contradicts its own job; restore the file or run its job again',
    })
  }
  return result
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = printable(cause instanceof Error ? cause.message : String(cause))
    throw new SnnxError('SNX0901', `\`${where}\` is not JSON: ${reason}`, {
      help: 'the file is damaged or cut; restore it or run its job again',
      cause,
    })
  }
}

const ISSUES_SHOWN = 5

function listIssues(issues: readonly z.core.$ZodIssue[]): string {
  const shown = issues.slice(0, ISSUES_SHOWN).map(({ path, message }) => {
    const field = path.length === 0 ? '' : `\`${path.map(String).join('.')}\`: `
    return printable(field + message.charAt(0).toLowerCase() + message.slice(1))
  })
  const more = issues.length - shown.length
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function requireIdentity({ job, data, engine, hash, denseHash }: Result, where: string): void {
  const refuse = (reason: string) => {
    throw new SnnxError('SNX0905', `\`${where}\`: ${reason}`, {
      help: 'the record was changed after it was written; restore the file or run its job again',
    })
  }
  if (job.backend === 'auto') refuse(`\`hash\` is ${hash}, but its backend is \`auto\`, which no finished job has`)
  if (job.train.start?.sha256 === null) refuse(`\`hash\` is ${hash}, but \`job.train.start\` has no digest yet`)
  const identify = (one: Job) => identifyJob(one, { data: data.digest, engine: engine.version })
  const [identity, dense] = [identify(job), identify(denseJob(job))]
  if (hash !== identity) refuse(`\`hash\` is ${hash}, but its job has hash ${identity}`)
  if (denseHash !== dense) refuse(`\`denseHash\` is ${denseHash}, but its dense job has hash ${dense}`)
}
