import { costNetwork, type Experiment, type Job, type PlannedJob } from '@snnx/ir'
import { type FIGURES, isFigure } from '../check/address.ts'
import type { CheckedExperiment } from '../check/check.ts'
import type { CheckedCondition, Component } from '../check/component.ts'
import { meets } from '../check/condition.ts'
import type { Report } from '../check/report.ts'
import { baseNames, findComponent } from '../check/scope.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { hasErrors, keyOf } from '../diagnostic.ts'
import { MAX_CONFIGURATIONS, MAX_DIAGNOSTICS, MAX_JOBS } from '../limits.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import { type Assignment, countConfigurations, enumerate, type Judge } from './assignment.ts'
import type { Infeasible } from './bounds.ts'
import { countBatches, findFacts, lowerCompress, lowerDataset, lowerTrain } from './lower.ts'
import { type LoweredNetwork, lowerNetwork } from './network.ts'
import { remember } from './remember.ts'
import { lowerReport } from './report.ts'
import { hold, type Settled, settle } from './settle.ts'
import { TooMuchWork } from './work.ts'

/**
 * Expands a checked experiment into its jobs; reports what only shows once everything is put together.
 * @param sound nothing was reported so far; else what seems never to happen may only be unknown
 */
export function expand(checked: CheckedExperiment, sound: boolean, report: Report): Experiment | null {
  try {
    return workOut(checked, sound, report)
  } catch (error) {
    if (!(error instanceof TooMuchWork)) throw error
    report(wording.tooMuchWork(checked.block.head))
    return null
  }
}

function workOut(checked: CheckedExperiment, sound: boolean, report: Report): Experiment | null {
  const { block, scope, plan, network } = checked
  const { work } = scope
  const holds: Judge = (conditions, chosen) => hold(conditions, chosen, scope)
  const { count, exact } = countConfigurations(plan.axes, holds, work)
  if (count > MAX_CONFIGURATIONS) {
    const factors = plan.axes.filter(({ conditions }) => conditions.length === 0)
    report(wording.tooManyConfigurations(block.head, count, exact, factors, MAX_CONFIGURATIONS))
    return null
  }
  const jobs: PlannedJob[] = []
  let rejected = 0
  let counted = 0
  const infeasible: Infeasible[] = []
  const dead = new Set(plan.conditions)
  const said = new Set<string>()
  const configure = configurer({ scope, plan, network })
  for (const assignment of enumerate(plan.axes, holds, work)) {
    work.spend(1 + dead.size)
    for (const condition of dead) if (holds([condition], assignment)) dead.delete(condition)
    const problems: Diagnostic[] = []
    const configuration = configure(assignment, (problem) => problems.push(problem))
    if (configuration.rejected) {
      rejected++
      continue
    }
    infeasible.push(...configuration.infeasible)
    counted++
    for (const problem of problems) {
      const key = keyOf(problem)
      if (!said.has(key)) report(problem)
      said.add(key)
    }
    // What is wrong with so many configurations is wrong with the text: the rest need not be looked at.
    if (said.size > MAX_DIAGNOSTICS) return null
    if (configuration.job === null || hasErrors(problems)) continue
    if (jobs.length === MAX_JOBS) {
      report(wording.tooManyJobs(block.head, MAX_JOBS))
      return null
    }
    jobs.push({ job: configuration.job, variant: describe(plan, assignment) })
  }
  reportInfeasible(infeasible, counted, report)
  if (sound && count > 0 && rejected === count) report(wording.nothingLeft(plan.requirements[0].span, count))
  if (sound) for (const { span } of dead) report(wording.neverHolds(span))
  if (jobs.length === 0 || block.name === null) return null
  const shown = lowerReport(checked)
  return { name: block.name.text, doc: block.doc, jobs, ...(shown !== undefined && { report: shown }) }
}

/** What one assignment comes to. */
interface Configuration {
  job: Job | null
  rejected: boolean
  infeasible: Infeasible[]
}

/** Lowers one assignment after the other, as far as it is in order. */
function configurer({
  scope,
  plan,
  network,
}: Pick<CheckedExperiment, 'scope' | 'plan' | 'network'>): (assignment: Assignment, report: Report) => Configuration {
  const [data, training, compression] = ['dataset', 'train', 'compress'].map((kind) =>
    scope.own.find((candidate) => candidate.kind === kind),
  )
  const neurons = scope.own.filter(({ kind }) => kind === 'neuron')
  const settled = (component: Component | null | undefined, assignment: Assignment, report: Report) =>
    component == null ? null : settle(component, assignment, scope, report)
  const checkNeurons = remember(['neuron'], plan, (assignment, report) => {
    for (const component of neurons) settle(component, assignment, scope, report)
  })
  const lowerNet = remember(['dataset', 'network', 'neuron'], plan, (assignment, report) => {
    const values = settled(network, assignment, report)
    // The data set is settled here for its facts alone.
    const ofData = settled(data, assignment, () => {})
    const facts = ofData === null ? undefined : findFacts(ofData)
    if (values === null) return { lowered: null, steps: undefined }
    return {
      lowered: lowerNetwork(network!, values, facts, assignment, scope, report),
      steps: values.spans.steps,
    }
  })
  return (assignment, report) => {
    const values = settled(data, assignment, report)
    const trainValues = settled(training, assignment, report)
    const bounds = settled(compression, assignment, report)
    checkNeurons(assignment, report)
    const facts = values === null ? undefined : findFacts(values)
    const dataset = values === null ? null : lowerDataset(values, facts, report)
    const { lowered, steps: stepsAt } = lowerNet(assignment, report)
    // Its layers are counted again for the requirements and bounds of each configuration.
    scope.work.spend(lowered?.network.layers.length ?? 0)
    const rejected = !plan.requirements.every((condition) => meetsRequirement(condition, lowered, assignment, scope))
    if (dataset !== null && 'frames' in dataset && lowered !== null) {
      const { frames, name } = dataset
      const { steps } = lowered.network
      const span = values!.spans.frames ?? stepsAt ?? data!.block.head
      if (frames !== steps) report(wording.framesDiffer(span, name, frames, steps))
    }
    const trained = trainValues === null ? null : lowerTrain(trainValues, report)
    const batches = dataset === null || facts?.train === undefined ? null : countBatches(dataset, facts.train)
    const device = bounds === null ? null : findDevice(bounds, assignment, scope, report)
    const { compress, infeasible } =
      bounds === null
        ? { compress: null, infeasible: [] }
        : lowerCompress(bounds, device, lowered?.network ?? null, batches, report)
    const lacking = dataset === null || trained === null || lowered === null || !lowered.sound
    if (lacking || (bounds !== null && compress === null)) return { job: null, rejected, infeasible }
    const seed = (assignment.get('seed')?.point.value ?? 0) as number
    const backend = trained.backend as Job['backend']
    const job = { dataset, network: lowered.network, train: trained.train, compress, backend, seed }
    return { job, rejected, infeasible }
  }
}

/** The device that a compression has to fit, settled. */
function findDevice(
  { values, base, authors }: Settled,
  assignment: Assignment,
  scope: CheckedExperiment['scope'],
  report: Report,
): Settled | null {
  if (base === null || values.fits === undefined) return null
  const { name, span } = values.fits as unknown as { name: string; span: Span }
  const device = findComponent(scope, 'device', name, authors.fits)
  if (device !== undefined) return settle(device, assignment, scope, report)
  if (!scope.uncertain) report(wording.unknownDevice(span, name, baseNames(scope, 'device', authors.fits)))
  return null
}

/** One message for each bound, with the number of jobs that cannot meet it. */
function reportInfeasible(found: readonly Infeasible[], jobs: number, report: Report): void {
  const groups = new Map<string, Infeasible[]>()
  for (const of of found) {
    const bound = `${of.resource} ${of.span.start}`
    const group = groups.get(bound)
    if (group === undefined) groups.set(bound, [of])
    else group.push(of)
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
function describe(plan: CheckedExperiment['plan'], assignment: Assignment): PlannedJob['variant'] {
  const isColumn = ({ component, key }: { component: Component | null; key: string | null }) =>
    component === null || (component.kind === 'compress' && key === null)
  const columns = plan.axes.flatMap(({ name, parameters }) => {
    const chosen = parameters.flatMap(({ address }) => assignment.get(address.text) ?? [])
    if (chosen.length === 0) return []
    if (name !== null) return [[name, chosen.map(({ point }) => point.written).join(', ')] as const]
    return chosen
      .filter(({ parameter }) => !isColumn(parameter.address))
      .map(({ parameter, point }) => [parameter.address.text, point.shown] as const)
  })
  return Object.fromEntries(columns)
}
