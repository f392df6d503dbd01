import { costNetwork, type DatasetFacts, type Experiment, type Job, type PlannedJob } from '@snnx/ir'
import { type FIGURES, isFigure } from '../check/address.ts'
import type { CheckedExperiment } from '../check/check.ts'
import type { CheckedCondition, Component } from '../check/component.ts'
import { meets } from '../check/condition.ts'
import type { Report } from '../check/report.ts'
import { baseNames, findComponent } from '../check/scope.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { hasErrors } from '../diagnostic.ts'
import { MAX_JOBS } from '../limits.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import { type Assignment, enumerate } from './assignment.ts'
import type { Infeasible } from './bounds.ts'
import { countBatches, findFacts, lowerCompress, lowerDataset, lowerTrain } from './lower.ts'
import { type LoweredNetwork, lowerNetwork } from './network.ts'
import { lowerReport } from './report.ts'
import { hold, type Settled, settle } from './settle.ts'

type Datasets = Readonly<Record<string, DatasetFacts>>

/**
 * Expands a checked experiment into its jobs; reports what only shows once everything is put together.
 * @param sound nothing was reported so far; else what seems never to happen may only be unknown
 */
export function expand(
  checked: CheckedExperiment,
  datasets: Datasets,
  sound: boolean,
  report: Report,
): Experiment | null {
  const { block, scope, plan } = checked
  const jobs: PlannedJob[] = []
  let count = 0
  let rejected = 0
  let counted = 0
  const infeasible: Infeasible[] = []
  const dead = new Set(plan.conditions)
  for (const assignment of enumerate(plan.axes, (conditions, chosen) => hold(conditions, chosen, scope))) {
    if (++count > MAX_JOBS) {
      report(wording.tooManyJobs(block.head, MAX_JOBS))
      return null
    }
    for (const condition of dead) if (hold([condition], assignment, scope)) dead.delete(condition)
    const problems: Diagnostic[] = []
    const configuration = configure(checked, assignment, datasets, (problem) => problems.push(problem))
    if (configuration.rejected) {
      rejected++
      continue
    }
    problems.forEach(report)
    infeasible.push(...configuration.infeasible)
    counted++
    if (configuration.job !== null && !hasErrors(problems)) {
      jobs.push({ job: configuration.job, variant: describe(checked, assignment) })
    }
  }
  reportInfeasible(infeasible, counted, report)
  if (sound && count > 0 && rejected === count) report(wording.nothingLeft(plan.requirements[0].span, count))
  if (sound) for (const { span } of dead) report(wording.neverHolds(span))
  if (jobs.length === 0 || block.name === null) return null
  const shown = lowerReport(checked)
  return { name: block.name.text, doc: block.doc, jobs, ...(shown !== undefined && { report: shown }) }
}

/** Lowers one assignment, as far as it is in order. */
function configure(
  { scope, plan, network }: CheckedExperiment,
  assignment: Assignment,
  datasets: Datasets,
  report: Report,
): { job: Job | null; rejected: boolean; infeasible: Infeasible[] } {
  const settled = (component: Component | null | undefined) =>
    component == null ? null : { component, values: settle(component, assignment, scope, report) }
  const net = settled(network)
  const [data, training, compression] = ['dataset', 'train', 'compress'].map((kind) =>
    settled(scope.own.find((candidate) => candidate.kind === kind)),
  )
  for (const component of scope.own) if (component.kind === 'neuron') settle(component, assignment, scope, report)
  const facts = data === null ? undefined : findFacts(data.values, datasets)
  const dataset = data === null ? null : lowerDataset(data.values, facts, report)
  const lowered = net === null ? null : lowerNetwork(net.component, net.values, facts, assignment, scope, report)
  const rejected = !plan.requirements.every((condition) => meetsRequirement(condition, lowered, assignment, scope))
  if (data !== null && net !== null && dataset !== null && 'frames' in dataset && lowered !== null) {
    const { frames, name } = dataset
    const { steps } = lowered.network
    const span = data.values.spans.frames ?? net.values.spans.steps ?? data.component.block.head
    if (frames !== steps) report(wording.framesDiffer(span, name, frames, steps))
  }
  const trained = training === null ? null : lowerTrain(training.values, report)
  const batches = dataset === null || facts?.train === undefined ? null : countBatches(dataset, facts.train)
  const device = compression === null ? null : findDevice(compression, assignment, scope, report)
  const { compress, infeasible } =
    compression === null
      ? { compress: null, infeasible: [] }
      : lowerCompress(compression.values, device, lowered?.network ?? null, batches, report)
  const lacking = dataset === null || trained === null || lowered === null || !lowered.sound
  if (lacking || (compression !== null && compress === null)) return { job: null, rejected, infeasible }
  const seed = (assignment.get('seed')?.point.value ?? 0) as number
  const backend = trained.backend as Job['backend']
  const job = { dataset, network: lowered.network, train: trained.train, compress, backend, seed }
  return { job, rejected, infeasible }
}

/** The device that a compression has to fit, settled. */
function findDevice(
  { component, values: { values, base } }: { component: Component; values: Settled },
  assignment: Assignment,
  scope: CheckedExperiment['scope'],
  report: Report,
): Settled | null {
  if (base === null || values.fits === undefined) return null
  const { name, span } = values.fits as unknown as { name: string; span: Span }
  const device = findComponent(scope, 'device', name, component)
  if (device !== undefined) return settle(device, assignment, scope, report)
  if (!scope.uncertain) report(wording.unknownDevice(span, name, baseNames(scope, 'device', component)))
  return null
}

/** One message for each bound, with the number of jobs that cannot meet it. */
function reportInfeasible(found: readonly Infeasible[], jobs: number, report: Report): void {
  const groups = new Map<string, Infeasible[]>()
  for (const of of found) {
    const bound = `${of.resource} ${of.span.start}`
    groups.set(bound, [...(groups.get(bound) ?? []), of])
  }
  for (const group of groups.values()) {
    const worst = group.reduce((one, other) => (other.least / other.limit > one.least / one.limit ? other : one))
    report(wording.infeasible(worst, group.length, jobs))
  }
}

function meetsRequirement(
  condition: CheckedCondition,
  lowered: LoweredNetwork | null,
  assignment: Assignment,
  scope: CheckedExperiment['scope'],
): boolean {
  const { address } = condition
  if (!isFigure(address)) return hold([condition], assignment, scope)
  return lowered === null || meets(costNetwork(lowered.network)[address.key as (typeof FIGURES)[number]], condition)
}

/** The swept values that set a job apart, but for method and seed, which a result has as columns of their own. */
function describe({ plan }: CheckedExperiment, assignment: Assignment): PlannedJob['variant'] {
  const isColumn = ({ component, key }: { component: Component | null; key: string | null }) =>
    component === null || (component.kind === 'compress' && key === null)
  const columns = plan.axes.flatMap(({ name, parameters }) => {
    const chosen = parameters.flatMap(({ address }) => assignment.get(address.text) ?? [])
    if (chosen.length === 0) return []
    if (name !== null) return [[name, chosen.map(({ point }) => point.shown).join(', ')] as const]
    return chosen
      .filter(({ parameter }) => !isColumn(parameter.address))
      .map(({ parameter, point }) => [parameter.address.text, point.shown] as const)
  })
  return Object.fromEntries(columns)
}
