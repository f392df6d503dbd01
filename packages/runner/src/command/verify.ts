import { openDataset } from '@snnx/data'
import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { formatShare } from '../format.ts'
import { locateRecord } from '../locate-record.ts'
import { readRecord } from '../store/record.ts'
import { type Column, renderTable } from '../table.ts'
import { type Check, verifyRecord } from '../verify.ts'
import { act, print, printJson } from './act.ts'

const COLUMNS: readonly Column<Check>[] = [
  { head: 'node', cell: ({ node }) => (node === null ? 'dense' : formatShare(node)) },
  { head: 'figure', cell: ({ what }) => what },
  { head: 'recorded', cell: ({ recorded }) => recorded, numeric: true },
  { head: 'found', cell: ({ found }) => found, numeric: true },
  { head: 'agrees', cell: ({ agrees }) => (agrees ? 'yes' : 'NO') },
]

export function defineVerify(program: Command): void {
  program
    .command('verify')
    .summary('measure the weights files of a job again')
    .description(
      'Loads the weights files of a job, counts their weights, tests them on the test set and compares every figure with the record.',
    )
    .argument('<job>', "a job's hash, or as much of its beginning as is unique (at least 4 digits)")
    .option('--experiments <dir>', 'folder below which records are looked for', '.')
    .option('--json', 'print the checks as JSON')
    .action(
      act(async (job: string, options: { experiments: string; json?: true }) => {
        const { path, experiment } = await locateRecord(job, options.experiments)
        const record = await readRecord(path)
        const [{ ENGINE_VERSION, measureWeights }, { openBackend }] = await Promise.all([
          import('@snnx/core'),
          import('../open-backend.ts'),
        ])
        await openBackend(record.job.backend)
        const dataset = await openDataset(record.job.dataset, { seed: record.job.seed })
        const checks = await verifyRecord(record, experiment, dataset, (weights, { test }, source) =>
          measureWeights(record.job, weights, test, source),
        )
        const agrees = checks.every((check) => check.agrees)
        const sameEngine = record.engine.version === ENGINE_VERSION
        if (options.json) printJson({ job: record.hash, record: path, agrees, sameEngine, checks })
        else {
          print(`${renderTable(COLUMNS, checks)}\n`)
          if (!sameEngine)
            print(
              `the record is of engine ${record.engine.version}, this is engine ${ENGINE_VERSION}: numbers may differ\n`,
            )
          print(`${agrees ? 'everything agrees with' : 'NOT everything agrees with'} ${path}\n`)
        }
        return agrees ? EXIT.ok : EXIT.findings
      }),
    )
}
