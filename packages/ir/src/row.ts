import type { Method } from './compress.ts'
import { energy } from './energy.ts'
import { nameGoal, nodeOfPoint } from './goal.ts'
import { identifyJob, type Job } from './job.ts'
import { operationsOf } from './measured.ts'
import type { BudgetResult, Result, ResultNode } from './result.ts'
import { countSynapses } from './synapse.ts'

/** One line of a report or leaderboard, derived from a record. Accuracies in percent, connectivity a share of 1. */
export interface Row {
  experiment: string
  dataset: string
  network: string
  method: Method
  seed: number
  /** The target share; `null` for the dense network. */
  node: number | null
  /** Its place among the points of its record, from 0, and what it had to meet, in words. */
  index: number
  goal: string
  /** Bounds of other resources, and what was measured of them. */
  budgets: BudgetResult[]
  /** Remaining share of the prunable weights. */
  connectivity: number
  /**
   * Remaining share of the prunable synapses: weights counted once for each position at which they meet an input, those
   * on no path from input to read-out left out. `null` where the record does not have it.
   */
  synapticConnectivity: number | null
  testAccuracy: number
  validationAccuracy: number
  denseAccuracy: number
  /** Effective MACs of one inference over all steps, surviving weights only, the network as written. */
  flops: number
  /** Effective MACs + ACs per sample over all steps, measured on the test set. */
  synops: number
  energyPJ: number
  /** Median wall-clock of one example at batch 1. */
  latencyMs: number
  /** Size of the weights file. */
  bytes: number
  /** Epochs of training after the dense network's (the dense network: its own). */
  epochs: number
  /** The two parts of `synops`: of layers whose input is real values (MACs), and of those whose input is spikes (ACs). */
  macs: number
  acs: number
  /** `flops` without repetition: a layer whose input is the same at every step counts once, as the engine computes it. */
  computedFlops: number
  /** 1 - spikes / (neurons x steps x samples) over all layers of neurons, measured on the test set. */
  activationSparsity: number
  backend: string
  job: string
  /** Equal for rows of jobs that differ in their seed alone. */
  series: string
  /** Equal for rows that start from the same dense training, seeds aside. */
  setup: string
  /** Swept values other than method and seed. */
  variant: Record<string, string | number | boolean>
}

/** The rows of a record, one per reported point. */
export function rowsOf(result: Result): Row[] {
  const [series, setup] = [identifySeries(result), identifySetup(result)]
  let synapses: number | undefined
  // Counted when the first node needs it: tens of milliseconds for a wide network.
  const denseSynapses = () => {
    synapses ??= countPrunableSynapses(result)
    return synapses
  }
  const { compress } = result.job
  return result.nodes.map((node, index) => ({
    experiment: result.experiment,
    dataset: result.job.dataset.name,
    network: result.job.network.name,
    method: result.job.compress?.method ?? 'dense',
    seed: result.job.seed,
    node: node.target,
    index,
    goal: compress === null ? 'dense' : nameGoal(compress, nodeOfPoint(compress, index)),
    budgets: node.budgets ?? [],
    connectivity: connectivityOf(node, result.prunable),
    synapticConnectivity: synapticConnectivityOf(node, result, denseSynapses),
    testAccuracy: percent(node.test),
    validationAccuracy: percent(node.validation),
    denseAccuracy: percent(result.dense),
    flops: sum(node.layers, (layer) => layer.keptMacs),
    synops: sum(node.layers, (layer) => layer.synops) / node.test.total,
    energyPJ: energy(operationsOf(node), result.energyModel),
    latencyMs: node.latency.compressed.single.medianMs,
    bytes: node.weights.bytes,
    epochs: node.epochs,
    ...operationsOf(node),
    computedFlops: sum(node.layers, (layer) => layer.keptMacs / (layer.constantInput ? result.job.network.steps : 1)),
    activationSparsity: 1 - sum(node.neurons, ({ spikes }) => spikes) / countChances(node, result),
    backend: result.engine.backend,
    job: result.hash,
    series,
    setup,
    variant: result.variant,
  }))
}

/** The identity of a record's job, its seed left out. */
export const identifySeries = (result: Result) => identify(result, result.job)

/** The identity of the dense training that a record starts from, its seed left out. */
export const identifySetup = (result: Result) => identify(result, { ...result.job, compress: null })

function identify({ data, engine }: Result, job: Job): string {
  return identifyJob({ ...job, seed: 0 }, { data: data.digest, engine: engine.version })
}

/** Remaining share of the prunable connections: of the weights. */
export function connectivityOf(node: ResultNode, prunable: readonly string[]): number {
  const layers = node.layers.filter((layer) => prunable.includes(layer.name))
  return sum(layers, (layer) => layer.kept) / sum(layers, (layer) => layer.weights)
}

/**
 * Remaining share of the prunable synapses. A dense network has all of them; of a compressed one the record must have their
 * number, else `null`.
 *
 * @param dense how many of them the dense network has; counted unless given
 */
export function synapticConnectivityOf(
  { layers, target }: Pick<ResultNode, 'layers' | 'target'>,
  record: Pick<Result, 'job' | 'prunable'>,
  dense: () => number = () => countPrunableSynapses(record),
): number | null {
  if (target === null) return 1
  const pruned = layers.filter((layer) => record.prunable.includes(layer.name))
  if (pruned.some(({ synapses }) => synapses === undefined)) return null
  return sum(pruned, ({ synapses }) => synapses!) / dense()
}

function countPrunableSynapses({ job, prunable }: Pick<Result, 'job' | 'prunable'>): number {
  const layers = countSynapses(job.network).filter(({ name }) => prunable.includes(name))
  return sum(layers, ({ synapses }) => synapses)
}

/** Correct answers in percent. */
export function percent(score: { correct: number; total: number }): number {
  return (100 * score.correct) / score.total
}

/** How often all neurons together could have fired. */
function countChances({ neurons, test }: ResultNode, { job }: Result): number {
  return sum(neurons, (layer) => layer.neurons) * job.network.steps * test.total
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
