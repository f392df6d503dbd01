import type { ResolvedBackend } from '@snnx/core'
import { openDataset } from '@snnx/data'
import { type BackendName, SnnxError } from '@snnx/ir'
import type { Command } from 'commander'
import { type Agreement, isSameSetting, type Setting } from '../agreement.ts'
import { EXIT } from '../exit-code.ts'
import { formatShare } from '../format.ts'
import { locateRecord } from '../locate-record.ts'
import { describeMachine } from '../machine.ts'
import { readRecord } from '../store/record.ts'
import { type Column, renderTable } from '../table.ts'
import { type Check, verifyRecord } from '../verify.ts'
import { act, print, printJson } from './act.ts'

const AGREES: Readonly<Record<Agreement, string>> = { exact: 'yes', rounding: 'up to rounding', none: 'NO' }

const COLUMNS: readonly Column<Check>[] = [
  { head: 'node', cell: ({ node }) => (node === null ? 'dense' : formatShare(node)) },
  { head: 'figure', cell: ({ what }) => what },
  { head: 'recorded', cell: ({ recorded }) => recorded, numeric: true },
  { head: 'found', cell: ({ found }) => found, numeric: true },
  { head: 'agrees', cell: ({ agreement }) => AGREES[agreement] },
]

export function defineVerify(program: Command): void {
  program
    .command('verify')
    .summary('measure the weights files of a job again')
    .description(
      "Loads the weights files of a job, counts their weights, tests them on the test set and compares every figure with the record. Counts of spikes and answers may differ by 0.1 % where processor, backend or engine are other ones than the record's.",
    )
    .argument('<job>', "a job's hash, or as much of its beginning as is unique (at least 4 digits)")
    .option('--experiments <dir>', 'folder below which records are looked for', '.')
    .option('--json', 'print the checks as JSON')
    .action(
      act(async (job: string, options: { experiments: string; json?: true }) => {
        const { path, experiment } = await locateRecord(job, options.experiments)
        const record = await readRecord(path)
        const { ENGINE_VERSION, measureWeights } = await import('@snnx/core')
        const then = { ...record.engine, cpu: record.machine.cpu }
        const now = { backend: await openLike(then.backend), version: ENGINE_VERSION, cpu: describeMachine().cpu }
        const sameSetting = isSameSetting(then, now)
        const dataset = await openDataset(record.job.dataset, { seed: record.job.seed, beside: experiment })
        const checks = await verifyRecord(record, experiment, dataset, {
          measure: (weights, { test }, source) => measureWeights(record.job, weights, test, source),
          rounding: !sameSetting,
        })
        const agrees = checks.every(({ agreement }) => agreement !== 'none')
        const exact = checks.every(({ agreement }) => agreement === 'exact')
        if (options.json) printJson({ job: record.hash, record: path, agrees, exact, sameSetting, checks })
        else {
          print(`${renderTable(COLUMNS, checks)}\n`)
          if (!sameSetting) print(`the record is of ${describe(then)}; this is ${describe(now)}\n`)
          const verdict = agrees ? 'everything agrees with' : 'NOT everything agrees with'
          print(`${verdict} ${path}${agrees && !exact ? ', up to rounding' : ''}\n`)
        }
        return agrees ? EXIT.ok : EXIT.findings
      }),
    )
}

/** Opens the record's backend, or where that is not to be had the fastest that is. */
async function openLike(backend: string): Promise<ResolvedBackend> {
  const { openBackend } = await import('../open-backend.ts')
  try {
    return await openBackend(backend as BackendName)
  } catch (error) {
    if (error instanceof SnnxError && error.code === 'SNX1001') return openBackend('auto')
    throw error
  }
}

const describe = ({ version, backend, cpu }: Setting) => `engine ${version}, backend ${backend}, on ${cpu}`
