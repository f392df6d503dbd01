import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Row, rowsOf } from '@snnx/ir'
import type { Command } from 'commander'
import { fetchData } from '../data.ts'
import { EXIT, type ExitCode, exitCodeOf } from '../exit-code.ts'
import { describeFailure, renderFailure, reviveFailure } from '../failure.ts'
import { onStop } from '../interrupt.ts'
import type { Plan } from '../plan.ts'
import { createLocalQueue } from '../queue/local.ts'
import { createJsonReporter } from '../reporter/json.ts'
import { createPlainReporter } from '../reporter/plain.ts'
import type { Reporter } from '../reporter/reporter.ts'
import { createTtyReporter } from '../reporter/tty.ts'
import { describeRows, rankRows } from '../row-table.ts'
import { runPlan, summarize } from '../schedule.ts'
import { planSpec } from '../spec.ts'
import { readRecord, recordPath } from '../store/record.ts'
import { sweepLeftovers } from '../store/sweep.ts'
import type { Ending } from '../task.ts'
import { act, print } from './act.ts'
import { parseCount } from './option.ts'

interface RunOptions {
  jobs?: number
  state?: string
  json?: true
}

export function defineRun(program: Command): void {
  program
    .command('run')
    .summary('run the jobs of a spec that are not done')
    .description(
      'Runs the jobs of a spec that are not done, dense networks first. Results go to results/ and weights to weights/ beside the spec. A job that was stopped or killed goes on from its last checkpoint. Ctrl-C saves checkpoints and ends; a second one ends at once.',
    )
    .argument('<file>', 'a .snnx file')
    .option('--jobs <n>', 'jobs at the same time (default: one per core)', parseCount)
    .option('--state <dir>', 'folder of checkpoints and event logs (default: .snnx in the root of the project)')
    .option('--json', 'print one JSON object a line for every event')
    .action(
      act(async (file: string, options: RunOptions) => {
        const reporter = chooseReporter(options)
        const plan = await planSpec(file, options.state)
        reporter.onPlan(plan)
        const open = plan.tasks.filter((task) => task.status !== 'done')
        // Housekeeping: where it is not possible, as on a read-only disk, nothing is lost.
        for (const { status, hash } of plan.tasks)
          if (status === 'done') await sweepLeftovers(plan.folders, hash).catch(() => {})
        const queue = createLocalQueue(Math.min(options.jobs ?? availableParallelism(), Math.max(1, open.length)))
        const stopped = new AbortController()
        const release = onStop({
          first() {
            stopped.abort()
            queue.stop()
            reporter.onInterrupt()
          },
          second() {
            queue.kill()
            process.exit(EXIT.interrupted)
          },
        })
        const begun = performance.now()
        const endings = await fetchData(open, reporter, stopped.signal)
          .then(() => runPlan(plan, queue, reporter))
          .finally(release)
        const summary = summarize(endings, (performance.now() - begun) / 1000)
        reporter.onRunEnd(summary)
        const { rows, usable } = await readRows(plan)
        if (!options.json && rows.length > 0) print(`\n${describeRows(rankRows(rows, plan.report), plan.report)}`)
        if (!options.json && summary.interrupted > 0) print(`\ninterrupted; go on with: snnx run ${file}\n`)
        const code = exitCodeOfRun([...endings.values()])
        return code === EXIT.ok && !usable ? EXIT.findings : code
      }),
    )
}

function chooseReporter({ json }: RunOptions): Reporter {
  if (json) return createJsonReporter(print)
  return process.stdout.isTTY ? createTtyReporter(process.stdout) : createPlainReporter(print)
}

/** The rows of the jobs that are done, by whichever spec of the folder, as this one calls them; what is wrong with a record that cannot be used goes to stderr. */
async function readRows(plan: Plan): Promise<{ rows: Row[]; usable: boolean }> {
  const rows: Row[] = []
  let usable = true
  for (const { hash, variant } of plan.tasks) {
    const path = recordPath(plan.folders.experiment, hash)
    if (!existsSync(path)) continue
    try {
      rows.push(...rowsOf({ ...(await readRecord(path)), experiment: plan.experiment, variant }))
    } catch (error) {
      process.stderr.write(renderFailure(describeFailure(error), process.stderr))
      usable = false
    }
  }
  return { rows, usable }
}

function exitCodeOfRun(endings: readonly Ending[]): ExitCode {
  if (endings.some(({ kind }) => kind === 'interrupted')) return EXIT.interrupted
  const failed = endings.find((ending) => ending.kind === 'failed')
  return failed ? exitCodeOf(reviveFailure(failed.failure)) : EXIT.ok
}
