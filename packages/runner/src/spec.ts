import { compile, hasErrors } from '@snnx/dsl'
import { type DatasetSpec, type Experiment, estimateMemory, type Network, type Start } from '@snnx/ir'
import { makePlan, type Plan } from './plan.ts'
import { HOST, readSpec, renderDiagnostics, SpecRejected } from './source.ts'
import { locateFolders } from './store/folders.ts'
import { readStart } from './store/start.ts'
import { availableMemory, warnOfLarge } from './too-large.ts'

/** The experiment of a spec; warnings go to stderr. Throws SpecRejected when there are errors. */
async function loadExperiment(file: string): Promise<Experiment> {
  const source = await readSpec(file)
  const compiled = compile(source, HOST)
  const { experiment, diagnostics } = compiled
  if (experiment === null || hasErrors(diagnostics)) throw new SpecRejected(source, compiled)
  process.stderr.write(await renderDiagnostics(source, compiled, process.stderr))
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
    estimateMemory,
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
