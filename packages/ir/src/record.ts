import type { z } from 'zod'
import { SnnxError } from './error.ts'
import { identifyJob } from './job.ts'
import { printable } from './printable.ts'
import { RESULT_FORMAT, type Result, ResultSchema } from './result.ts'

/**
 * Reads the text of a record: it must be JSON (SNX0901) of this format (SNX0902), fit the schema and hold counts that
 * can be true (SNX0903), and carry the hash of its own job (SNX0905).
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
  const identity = identify(result)
  if (identity !== result.hash) {
    const found =
      identity === null ? 'its backend is `auto`, which no finished job has' : `its job has hash ${identity}`
    throw new SnnxError('SNX0905', `\`${where}\`: \`hash\` is ${result.hash}, but ${found}`, {
      help: 'the record was changed after it was written; restore the file or run its job again',
    })
  }
  const impossible = findImpossible(result)
  if (impossible !== null) {
    throw new SnnxError('SNX0903', `\`${where}\`: ${impossible}`, {
      help: 'the counts contradict each other; restore the file or run its job again',
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

function identify(result: Result): string | null {
  if (result.job.backend === 'auto') return null
  return identifyJob(result.job, { data: result.data.digest, engine: result.engine.version })
}

/** The first contradiction within a record, or `null`. */
function findImpossible(result: Result): string | null {
  const layers = result.nodes[0]!.layers
  const neurons = result.nodes[0]!.neurons
  for (const [index, node] of result.nodes.entries()) {
    const at = `nodes.${index}`
    for (const part of ['train', 'validation', 'test'] as const) {
      if (node[part].correct > node[part].total) return `\`${at}.${part}\`: more correct answers than examples`
    }
    if (!sameNames(node.layers, layers)) return `\`${at}.layers\` are not those of the first node`
    if (!sameNames(node.neurons, neurons)) return `\`${at}.neurons\` are not those of the first node`
    for (const [number, layer] of node.layers.entries()) {
      if (layer.kept > layer.weights) return `\`${at}.layers.${number}.kept\` is above the layer's weights`
    }
  }
  if (result.dense.correct > result.dense.total) return '`dense`: more correct answers than examples'
  const unknown = result.prunable.find((name) => !layers.some((layer) => layer.name === name))
  if (unknown !== undefined) return `\`prunable\` names a layer that is not there: ${printable(unknown)}`
  const prunable = layers.filter((layer) => result.prunable.includes(layer.name))
  if (!prunable.some((layer) => layer.weights > 0)) return '`prunable` names no layer with weights'
  for (const [index, epoch] of result.curves.entries()) {
    if (epoch.layerConnectivity.length !== layers.length) {
      return `\`curves.${index}.layerConnectivity\` has not one entry per layer with weights`
    }
    if (epoch.firingRates.length !== neurons.length) {
      return `\`curves.${index}.firingRates\` has not one entry per layer of neurons`
    }
  }
  return null
}

function sameNames(some: readonly { name: string }[], others: readonly { name: string }[]): boolean {
  return some.length === others.length && some.every((item, index) => item.name === others[index]!.name)
}
