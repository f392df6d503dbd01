import { connectivityOf, type Dataset, type Result, type ResultNode, SnnxError } from '@snnx/ir'
import { type Agreement, compareCounts } from './agreement.ts'
import { formatCount, formatShare } from './format.ts'
import { loadWeights } from './store/weights.ts'

/** What a fresh measurement of a weights file gives. */
export interface Measurement {
  score: ResultNode['test']
  layers: ResultNode['layers']
  neurons: ResultNode['neurons']
}

/** Measures a weights file on the test set; `source` is what the file is called in errors. */
export type Measure = (weights: Uint8Array, dataset: Dataset, source: string) => Measurement

/** One figure of the record beside what was found now. */
export interface Check {
  /** The node's target share; null for the dense network. */
  node: number | null
  what: string
  recorded: string
  found: string
  agreement: Agreement
}

/** How a record is verified. */
export interface Verification {
  measure: Measure
  /** Whether spikes and answers may differ by rounding: where the record was made in another setting. */
  rounding: boolean
}

/**
 * Measures every weights file of a record again and compares each figure with the record: what is counted of weights
 * exactly, what is counted of spikes and answers exactly or up to rounding.
 * A weights file that is missing or cannot be used is a check that does not agree.
 * @throws SnnxError SNX0908 if the data are not those of the record
 */
export async function verifyRecord(
  record: Result,
  experiment: string,
  dataset: Dataset,
  how: Verification,
): Promise<Check[]> {
  if (dataset.digest !== record.data.digest) {
    const message = `job ${record.hash} was run on other data: ${dataset.name} has the digest ${dataset.digest} here, ${record.data.digest} in the record`
    throw new SnnxError('SNX0908', message, { help: 'restore the data of the record; see SNNX_DATA' })
  }
  const checks: Check[] = []
  for (const node of record.nodes) checks.push(...(await verifyNode(record, node, experiment, dataset, how)))
  return checks
}

async function verifyNode(
  record: Result,
  node: ResultNode,
  experiment: string,
  dataset: Dataset,
  { measure, rounding }: Verification,
): Promise<Check[]> {
  const compare = <Value>(
    what: string,
    recorded: Value,
    found: Value,
    show: (value: Value) => string = String,
  ): Check => ({
    node: node.target,
    what,
    recorded: show(recorded),
    found: show(found),
    agreement: recorded === found ? 'exact' : 'none',
  })
  const compareMeasured = (what: string, recorded: number | undefined, found: number | undefined): Check => ({
    ...compare(what, recorded, found, showCount),
    agreement: compareCounts(recorded ?? Number.NaN, found ?? Number.NaN, rounding),
  })
  try {
    const weights = await loadWeights(experiment, record, node)
    const { score, layers, neurons } = measure(weights, dataset, node.weights.file)
    const connectivity = (layer: ResultNode['layers']) => connectivityOf({ ...node, layers: layer }, record.prunable)
    return [
      compare('weights file', node.weights.sha256, node.weights.sha256, (digest) => digest.slice(0, 12)),
      compare('file size', node.weights.bytes, weights.length, formatCount),
      {
        ...compare('test answers', showScore(node.test), showScore(score)),
        agreement: node.test.total === score.total ? compareCounts(node.test.correct, score.correct, rounding) : 'none',
      },
      compare('connectivity', connectivity(node.layers), connectivity(layers), formatShare),
      ...pairByName(node.layers, layers).flatMap(([name, was, is]) => [
        compare(`${name} weights`, was?.kept, is?.kept, showCount),
        compare(`${name} MACs`, was?.keptMacs, is?.keptMacs, showCount),
        compareMeasured(`${name} SynOps`, was?.synops, is?.synops),
        ...(was?.synapses === undefined ? [] : [compare(`${name} synapses`, was.synapses, is?.synapses, showCount)]),
      ]),
      ...pairByName(node.neurons, neurons).map(([name, was, is]) =>
        compareMeasured(`${name} spikes`, was?.spikes, is?.spikes),
      ),
    ]
  } catch (error) {
    if (!(error instanceof SnnxError)) throw error
    const found = `error[${error.code}]: ${error.message}`
    return [{ node: node.target, what: 'weights file', recorded: node.weights.file, found, agreement: 'none' }]
  }
}

const showScore = ({ correct, total }: Measurement['score']) => `${correct} of ${total}`
const showCount = (count: number | undefined) => (count === undefined ? 'none' : formatCount(count))

/** The items of both lists by name, in order; a name that only one list has shows up too. */
function pairByName<Item extends { name: string }>(one: readonly Item[], other: readonly Item[]) {
  const names = new Set([...one, ...other].map(({ name }) => name))
  return [...names].map(
    (name) => [name, one.find((item) => item.name === name), other.find((item) => item.name === name)] as const,
  )
}
