import { costLayers, keptWeights, type LayerCost, listPrunable } from './cost.ts'
import { factsOf } from './dataset.ts'
import { startsUntrained } from './epochs.ts'
import { nodeOfPoint } from './goal.ts'
import type { Job } from './job.ts'
import { measureResource } from './measured.ts'
import { printable } from './printable.ts'
import type { Result, ResultNode } from './result.ts'
import { count, inferFlow } from './shape.ts'

/** The first thing in a record that cannot be true of its own job, or `null`. What was measured can still be false. */
export function findContradiction(result: Result): string | null {
  return listContradictions(result).next().value ?? null
}

/** Lazily, for whoever reads on after the first one may find that the rest makes no sense. */
function* listContradictions(result: Result): Generator<string, undefined> {
  const { job, nodes, dense, data } = result
  const { network, compress } = job
  const { problem } = inferFlow(network)
  if (problem !== null) yield `\`job.network\` fits no data: ${problem.reason}`
  const facts = factsOf(job.dataset)
  if (differ(network.input, facts.shape) || network.classes !== facts.classes) {
    yield `\`job.network\` does not take what ${facts.title} gives`
  }
  if ((network.changing === true) !== (facts.events === true)) {
    yield `\`job.network\` takes ${network.changing ? 'frames' : 'a still image'}, which ${facts.title} has not`
  }
  const frames = 'frames' in job.dataset ? job.dataset.frames : network.steps
  if (frames !== network.steps) {
    yield `\`job.network.steps\` is ${network.steps}, but \`job.dataset.frames\` is ${frames}`
  }
  const [found, targets] = [nodes.map(({ target }) => target), listTargets(job)]
  if (differ(found, targets)) {
    yield `\`nodes\` have the targets ${list(found)}, but those of the job are ${list(targets)}`
  }
  const prunable = listPrunable(network, compress?.protect ?? [])
  const names = prunable.map(({ name }) => name)
  if (names.length === 0) yield '`job.compress.protect` leaves nothing to prune'
  if (differ(result.prunable, names)) {
    yield `\`prunable\` is ${printable(list(result.prunable))}, but the job prunes ${printable(list(names))}`
  }
  if (dense.total !== data.test) yield '`dense.total` is not the number of test examples'
  if (dense.correct > dense.total) yield '`dense`: more correct answers than examples'
  if (compress === null && dense.correct !== nodes[0]!.test.correct) {
    yield '`dense` is not the test score of this dense network'
  }
  for (const [index, node] of nodes.entries()) yield* listOfNode(node, index, result, prunable)
  yield* listOfCurves(result)
}

/** The targets that a job reports: all nodes of a joint schedule, the last one of a sequential one, `null` if dense. */
function listTargets({ compress }: Job): (number | null)[] {
  if (compress === null) return [null]
  return compress.schedule === 'joint' ? compress.connectivity : compress.connectivity.slice(-1)
}

function* listOfNode(
  node: ResultNode,
  position: number,
  result: Result,
  prunable: readonly LayerCost[],
): Generator<string, undefined> {
  const at = `nodes.${position}`
  const { job, data } = result
  const { network } = job
  for (const part of ['train', 'validation', 'test'] as const) {
    const { correct, total } = node[part]
    if (correct > total) yield `\`${at}.${part}\`: more correct answers than examples`
    if (total !== data[part]) yield `\`${at}.${part}.total\` is not \`data.${part}\``
  }
  if (node.samplesSeen !== undefined && Math.abs(node.samplesSeen - expectSamples(node, result)) > slackOf(result)) {
    yield `\`${at}.samplesSeen\` is ${node.samplesSeen}, but its epochs have ${Math.round(expectSamples(node, result))}`
  }
  const runs = network.steps * node.test.total
  const costs = costLayers(network)
  if (!sameNames(node.layers, costs)) yield `\`${at}.layers\` are not those of the network`
  for (const [index, layer] of node.layers.entries()) {
    const cost = costs[index]!
    const here = `${at}.layers.${index}`
    if (layer.kept > layer.weights) yield `\`${here}.kept\` is above the layer's weights`
    const facts = {
      weights: cost.weights,
      binaryInput: cost.binaryInput,
      constantInput: cost.constantInput,
      denseMacs: cost.macs,
      keptMacs: layer.kept * cost.positions * network.steps,
    }
    for (const [key, value] of Object.entries(facts) as [keyof typeof facts, unknown][]) {
      if (layer[key] !== value) yield `\`${here}.${key}\` is ${layer[key]}, but must be ${value}`
    }
    const isPruned = node.target !== null && isAmong(layer.name, prunable)
    if (!isPruned && layer.kept !== layer.weights) yield `\`${here}.kept\`: this layer is never pruned`
    if (layer.synops > layer.kept * cost.positions * runs) {
      yield `\`${here}.synops\` is above kept weights x steps x test examples`
    }
    if ((layer.synapses ?? 0) > layer.kept * cost.positions) {
      yield `\`${here}.synapses\` is above kept weights x positions`
    }
    if ((layer.synapses === undefined) !== (node.layers[0]!.synapses === undefined)) {
      yield `\`${here}.synapses\`: all layers have it or none`
    }
  }
  const kept = node.layers.reduce((sum, layer) => sum + (isAmong(layer.name, prunable) ? layer.kept : 0), 0)
  const total = prunable.reduce((sum, { weights }) => sum + weights, 0)
  const most = keptWeights(node.target ?? 1, total)
  if (kept > most) yield `\`${at}\` keeps ${kept} connections, but its target leaves ${most} of ${total}`
  yield* listOfBudgets(node, position, job)
  const layers = inferFlow(network).flows.flatMap(({ layer, output }) =>
    layer.kind === 'neuron' ? [{ name: layer.name, neurons: count(output) }] : [],
  )
  if (!sameNames(node.neurons, layers)) yield `\`${at}.neurons\` are not those of the network`
  for (const [index, { neurons, spikes }] of node.neurons.entries()) {
    const here = `${at}.neurons.${index}`
    const expected = layers[index]!.neurons
    if (neurons !== expected) yield `\`${here}.neurons\` is ${neurons}, but must be ${expected}`
    if (spikes > neurons * runs) yield `\`${here}.spikes\` is above neurons x steps x test examples`
  }
}

/** Every bound of the node has its entry, and what was measured is what was counted. */
function* listOfBudgets(node: ResultNode, position: number, job: Job): Generator<string, undefined> {
  const at = `nodes.${position}`
  const { compress } = job
  const index = compress === null ? -1 : nodeOfPoint(compress, position)
  const bounds = (compress?.bounds ?? []).filter(({ limits }) => limits[index] !== null)
  const found = node.budgets?.map(({ resource }) => resource) ?? []
  const expected = bounds.map(({ resource }) => resource)
  if (differ(found, expected)) {
    yield `\`${at}.budgets\` are of ${list(found)}, but those of the job of ${list(expected)}`
  }
  for (const [entry, { resource, bound, measured }] of (node.budgets ?? []).entries()) {
    const here = `${at}.budgets.${entry}`
    const counted = measureResource(resource, node, job)
    if (Math.abs(measured - counted) > 1e-9 * counted) {
      yield `\`${here}.measured\` is ${measured}, but its counts make ${counted}`
    }
    const said = bounds.find((of) => of.resource === resource && of.of === 'amount')?.limits[index]
    if (said != null && said !== bound) yield `\`${here}.bound\` is ${bound}, but that of the job is ${said}`
  }
}

/** The samples of a point's epochs and of the dense network's, if it comes from one. */
function expectSamples({ epochs }: ResultNode, { job: { train, compress }, data }: Result): number {
  const before = compress === null || startsUntrained(compress) ? 0 : train.epochs
  return (before + epochs) * data.train
}

/** Every node's stretch may end within an epoch, of which one batch is smaller than the others. */
function slackOf({ job, nodes }: Result): number {
  return job.dataset.batch * nodes.length
}

function* listOfCurves({ curves, nodes }: Result): Generator<string, undefined> {
  const { layers, neurons, target } = nodes[0]!
  for (const [index, epoch] of curves.entries()) {
    const at = `curves.${index}`
    const isOfJob = target === null ? epoch.node === null : epoch.node !== null && epoch.node < nodes.length
    if (!isOfJob) yield `\`${at}.node\` is none of the job's`
    if (epoch.layerConnectivity.length !== layers.length) {
      yield `\`${at}.layerConnectivity\` has not one entry per layer with weights`
    }
    if (epoch.firingRates.length !== neurons.length) {
      yield `\`${at}.firingRates\` has not one entry per layer of neurons`
    }
  }
}

function sameNames(some: readonly { name: string }[], others: readonly { name: string }[]): boolean {
  return some.length === others.length && some.every((item, index) => item.name === others[index]!.name)
}

function isAmong(name: string, layers: readonly LayerCost[]): boolean {
  return layers.some((layer) => layer.name === name)
}

function differ(one: readonly unknown[], other: readonly unknown[]): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}

function list(values: readonly unknown[]): string {
  return `[${values.map(String).join(', ')}]`
}
