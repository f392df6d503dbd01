import { extname } from 'node:path'
import { compile } from '@snnx/dsl'
import { compareSeries, type Report, type Row, rowsOf, summariseSeeds } from '@snnx/ir'
import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { describeFailure, renderFailure } from '../failure.ts'
import { describeRows, rankRows } from '../row-table.ts'
import { describeSeeds, haveSeeds } from '../seed-table.ts'
import { HOST, readSpec } from '../source.ts'
import { findRecords } from '../store/find-records.ts'
import { readRecord } from '../store/record.ts'
import { act, print, printJson } from './act.ts'

interface ReportOptions {
  seeds?: true
  json?: true
}

export function defineReport(program: Command): void {
  program
    .command('report')
    .summary('show results as a table')
    .description(
      'Shows the results below the given folders, specs and record files (default: the current folder) as one table; where jobs were run with several seeds, also their means with 95 % intervals, and the paired differences between methods. A record that cannot be used is named on stderr; the others are shown.',
    )
    .argument('[path...]', 'folders, .snnx files or records')
    .option('--seeds', 'show only what the seeds say together: means, intervals and differences')
    .option('--json', 'print an array of rows; with --seeds an object of `summaries` and `differences`')
    .action(
      act(async (paths: string[], options: ReportOptions) => {
        const rows: Row[] = []
        let failed = false
        for (const path of await findRecords(paths.length === 0 ? ['.'] : paths)) {
          try {
            rows.push(...rowsOf(await readRecord(path)))
          } catch (error) {
            process.stderr.write(renderFailure(describeFailure(error), process.stderr))
            failed = true
          }
        }
        const report = await readReport(paths)
        show(rankRows(rows, report), options, report)
        return failed ? EXIT.findings : EXIT.ok
      }),
    )
}

/** What a spec that is named alone asks to be shown. */
async function readReport([path, ...others]: readonly string[]): Promise<Report | undefined> {
  if (path === undefined || others.length > 0 || extname(path) !== '.snnx') return undefined
  return compile(await readSpec(path), HOST).experiment?.report
}

function show(rows: readonly Row[], { seeds, json }: ReportOptions, report: Report | undefined): void {
  if (json) printJson(seeds ? { summaries: summariseSeeds(rows), differences: compareSeries(rows) } : rows)
  else if (rows.length === 0) print('no results\n')
  else if (seeds) print(describeSeeds(rows))
  else print(`${describeRows(rows, report)}${haveSeeds(rows) ? `\n${describeSeeds(rows)}` : ''}`)
}
