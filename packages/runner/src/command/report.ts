import { type Row, rowsOf } from '@snnx/ir'
import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { describeFailure, renderFailure } from '../failure.ts'
import { describeRows, sortRows } from '../row-table.ts'
import { findRecords } from '../store/find-records.ts'
import { readRecord } from '../store/record.ts'
import { act, print, printJson } from './act.ts'

export function defineReport(program: Command): void {
  program
    .command('report')
    .summary('show results as a table')
    .description(
      'Shows the results below the given folders, specs and record files (default: the current folder) as one table. A record that cannot be used is named on stderr; the others are shown.',
    )
    .argument('[path...]', 'folders, .snnx files or records')
    .option('--json', 'print an array of rows')
    .action(
      act(async (paths: string[], options: { json?: true }) => {
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
        const sorted = sortRows(rows)
        if (options.json) printJson(sorted)
        else print(sorted.length === 0 ? 'no results\n' : describeRows(sorted))
        return failed ? EXIT.findings : EXIT.ok
      }),
    )
}
