import type { PlannedJob } from '@snnx/ir'
import { compile } from '../src/index.ts'

/** The blocks of a sound experiment; a test replaces some of them. */
const BLOCKS = {
  dataset: 'dataset : fashion_mini { }',
  neuron: 'neuron cell : lif { }',
  network: 'network mlp { layers = flatten -> linear(20) -> cell -> linear(10) -> cell -> rate }',
  train: 'train { duration = 5 epochs }',
  compress: 'compress : minimax { connectivity <= 25 % }',
  sweep: '',
}

/** The jobs of an experiment with some blocks replaced; what is wrong with it otherwise, as `code: message`. */
export function jobsOf(replaced: Partial<typeof BLOCKS>): PlannedJob[] | string[] {
  const text = `snnx 1\nexperiment a {\n${Object.values({ ...BLOCKS, ...replaced }).join('\n')}\n}\n`
  const { experiment, diagnostics } = compile({ name: 'a.snnx', text })
  return experiment?.jobs ?? diagnostics.map(({ code, message }) => `${code}: ${message}`)
}

/** The same, where there must be jobs. */
export function plan(replaced: Partial<typeof BLOCKS>): PlannedJob[] {
  const jobs = jobsOf(replaced)
  if (typeof jobs[0] === 'string') throw new Error(jobs.join('\n'))
  return jobs as PlannedJob[]
}
