/**
 * `npm run bench [-- NAME...]`: times the engine and writes `bench/results/latest.json`. The peer's figures join the same
 * table with the native kernels; until then `peer` and `ratio` are null.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { type Outcome, openBackend, runJob, type Session } from '@snnx/core'
import { openDataset } from '@snnx/data'
import { type Batch, type Dataset, type Examples, epochsOf } from '@snnx/ir'
import { CASES, type Case } from './cases.ts'

/** One figure; `ratio` is ours / peer. */
interface Figure {
  case: string
  metric: 'training samples/s' | 'inference ms, batch 1' | 'inference ms, batched'
  unit: string
  ours: number
  peer: number | null
  ratio: number | null
}

const REPEATS = 3
const wanted = process.argv.slice(2)
const results = new URL('../results/', import.meta.url)

const unknown = wanted.filter((name) => !CASES.some((of) => of.name === name))
if (unknown.length > 0) {
  console.error(`no case ${unknown.join(', ')}; there are ${CASES.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
await openBackend('wasm')
const figures: Figure[] = []
for (const of of CASES.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
  figures.push(...(await time(of)))
mkdirSync(results, { recursive: true })
writeFileSync(new URL('latest.json', results), `${JSON.stringify(figures, null, 2)}\n`)
console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, backend wasm, median of ${REPEATS}`)
console.table(
  figures.map(({ case: name, metric, ours }) => ({ case: name, metric, ours: Number(ours.toPrecision(4)) })),
)

/** The medians of a case over `REPEATS` whole runs; the first run also warms the machine up. */
async function time({ name, job }: Case): Promise<Figure[]> {
  const dataset = withoutValidation(await openDataset(job.dataset, { seed: job.seed }))
  const session = (weights: Map<string, Uint8Array>, dense: Session['dense']): Session => ({
    job: dense ? job : { ...job, compress: null },
    hash: '0'.repeat(16),
    dataset,
    dense,
    checkpoint: null,
    saveCheckpoint: async () => {},
    saveWeights: async (file, bytes) => {
      weights.set(file, bytes)
      return file
    },
    log: () => {},
    progress: () => {},
    signal: new AbortController().signal,
  })
  const weights = new Map<string, Uint8Array>()
  const start = job.compress ? await runJob(session(weights, null)) : null
  const dense = start && { weights: weights.get('dense')!, test: start.dense }
  const runs: Outcome[] = []
  for (let repeat = 0; repeat < REPEATS; repeat++) runs.push(await runJob(session(weights, dense)))
  const samples = dataset.train.count * epochsOf(job)
  const figure = (metric: Figure['metric'], unit: string, of: (run: Outcome) => number): Figure => {
    const sorted = runs.map(of).sort((a, b) => a - b)
    return { case: name, metric, unit, ours: sorted[Math.floor(sorted.length / 2)]!, peer: null, ratio: null }
  }
  return [
    figure('training samples/s', '1/s', (run) => samples / run.trainSeconds),
    figure('inference ms, batch 1', 'ms', (run) => run.nodes[0]!.latency.compressed.single.medianMs),
    figure('inference ms, batched', 'ms', (run) => run.nodes[0]!.latency.compressed.batched.medianMs),
  ]
}

/** Training time includes each epoch's validation: here a few examples, so that it is training that is timed. */
function withoutValidation(dataset: Dataset): Dataset {
  const { validation } = dataset
  const few: Examples = {
    ...validation,
    count: 32,
    *batches(): Generator<Batch> {
      for (const batch of validation.batches(32, null)) {
        yield batch
        return
      }
    },
  }
  return { ...dataset, validation: few }
}
