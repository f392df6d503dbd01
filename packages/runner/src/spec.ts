import { readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Compiled, compile, type Host, hasErrors, renderDiagnostic, type Source } from '@snnx/dsl'
import { type DatasetSpec, type Experiment, type Network, SnnxError, type Start } from '@snnx/ir'
import { hasColor } from './color.ts'
import { makePlan, type Plan } from './plan.ts'
import { locateFolders } from './store/folders.ts'
import { readStart } from './store/start.ts'
import { storageError } from './store/storage.ts'
import { availableMemory, warnOfLarge } from './too-large.ts'

const LARGEST = 1024 * 1024

/**
 * Reads the text of a spec.
 * @throws SnnxError SNX1011-1016 (cannot be read), SNX1035 (not a spec: too large)
 */
export async function readSpec(file: string): Promise<Source> {
  try {
    const facts = await stat(file)
    if (facts.isFile() && facts.size > LARGEST) {
      throw new SnnxError('SNX1035', `${file} is no spec: it has ${facts.size} bytes, more than ${LARGEST}`, {
        help: 'name a .snnx file',
      })
    }
    return { name: file, text: await readFile(file, 'utf8') }
  } catch (error) {
    throw storageError(error, 'read', file)
  }
}

/** What the language asks of this program: files relative to the one that imports them. */
export const HOST: Host = {
  resolve(path, from) {
    const name = join(dirname(from), path)
    const facts = statSync(name, { throwIfNoEntry: false })
    if (!facts?.isFile() || facts.size > LARGEST) return null
    try {
      return { name, text: readFileSync(name, 'utf8') }
    } catch (error) {
      throw storageError(error, 'read', name)
    }
  },
}

/** A spec with mistakes: shown with code frames, not as one error. */
export class SpecRejected extends Error {
  readonly source: Source
  readonly compiled: Pick<Compiled, 'diagnostics' | 'imported'>

  constructor(source: Source, compiled: Pick<Compiled, 'diagnostics' | 'imported'>) {
    super(`${source.name} has errors`)
    this.source = source
    this.compiled = compiled
  }
}

/** The experiment of a spec; warnings go to stderr. Throws SpecRejected when there are errors. */
async function loadExperiment(file: string): Promise<Experiment> {
  const source = await readSpec(file)
  const compiled = compile(source, HOST)
  const { experiment, diagnostics } = compiled
  if (experiment === null || hasErrors(diagnostics)) throw new SpecRejected(source, compiled)
  process.stderr.write(renderDiagnostics(source, compiled, process.stderr))
  return experiment
}

/** The plan of a spec with its backends resolved and its jobs' state looked up. */
export async function planSpec(file: string, state: string | undefined): Promise<Plan> {
  const experiment = await loadExperiment(file)
  const [core, { digestData }, { openBackend }] = await Promise.all([
    import('@snnx/core'),
    import('@snnx/data'),
    import('./open-backend.ts'),
  ])
  const folders = locateFolders(file, state)
  const digestStart = async (start: Start, network: Network) => {
    const { bytes, sha256 } = await readStart(folders.experiment, start.file)
    core.importWeights(network, bytes, start.file)
    return sha256
  }
  const plan = await makePlan(experiment, folders, {
    engineVersion: core.ENGINE_VERSION,
    resolveBackend: remember(openBackend),
    digestStart: remember(digestStart),
    digestData: remember((spec: DatasetSpec) => digestData(spec, { beside: folders.experiment })),
    estimateMemory: core.estimateMemory,
  })
  process.stderr.write(warnOfLarge(plan, availableMemory(), process.stderr))
  return plan
}

/** Asks once for each question: jobs of an experiment share most of what they need. */
function remember<Question extends unknown[], Answer>(
  ask: (...question: Question) => Promise<Answer>,
): (...question: Question) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>()
  return (...question) => {
    const key = JSON.stringify(question)
    const answer = known.get(key) ?? ask(...question)
    known.set(key, answer)
    return answer
  }
}

export function renderDiagnostics(
  source: Source,
  { diagnostics, imported }: Pick<Compiled, 'diagnostics' | 'imported'>,
  stream: NodeJS.WriteStream,
): string {
  const style = { colour: hasColor(stream), imported }
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, source, style)}\n`).join('\n')
}
