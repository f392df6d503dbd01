import { BACKENDS } from '@snnx/ir'
import { Argument, type Command } from 'commander'
import { installTensorflow } from '../backend/install.ts'
import { locate } from '../backend/place.ts'
import { RELEASE } from '../backend/release.ts'
import { createJsonReporter, createLineReporter, createLiveReporter } from '../backend/report.ts'
import { type BackendStatus, describeBackends } from '../backend/status.ts'
import { EXIT } from '../exit-code.ts'
import { onStop } from '../interrupt.ts'
import { type Column, renderTable } from '../table.ts'
import { act, print, printJson } from './act.ts'

const COLUMNS: readonly Column<BackendStatus>[] = [
  { head: 'backend', cell: ({ name }) => name },
  { head: 'what it is', cell: ({ about }) => about },
  { head: 'here', cell: ({ available, auto }) => (available ? `yes${auto ? ', taken by `auto`' : ''}` : 'no') },
]

export function defineBackend(program: Command): void {
  const backend = program
    .command('backend')
    .summary('show the backends, or add one')
    .description('The engines that jobs can run on: shows which this machine has, or adds one.')
  defineList(backend)
  defineAdd(backend)
}

function defineList(backend: Command): void {
  backend
    .command('list', { isDefault: true })
    .summary('show which backends work here')
    .description(
      'Tries each backend, fastest first, and shows which work here, and how to get those that do not. What `snnx backend` does by itself.',
    )
    .option('--json', 'print an array of backends')
    .action(
      act(async (options: { json?: true }) => {
        const { engine } = await import('../engine.ts')
        const names = BACKENDS.filter((name) => name !== 'auto')
        const statuses = await describeBackends(names, (name) => engine.openBackend(name))
        if (options.json) printJson(statuses)
        else print(`${renderTable(COLUMNS, statuses)}${statuses.map(describeMissing).join('')}`)
        return EXIT.ok
      }),
    )
}

function defineAdd(backend: Command): void {
  backend
    .command('add')
    .summary('install a backend that is not part of snnx')
    .description(
      "Installs a backend that is not part of snnx into the user's cache (SNNX_CACHE): fetches it with npm and pip, checks every file's digest, compiles what must be compiled and tries the result. What is there already is left alone.",
    )
    .addArgument(new Argument('<name>', 'which one').choices(['tensorflow']))
    .option('--json', 'print one JSON object a line for every step')
    .action(
      act(async (_name: string, { json }: { json?: true }) => {
        const reporter = json
          ? createJsonReporter(print)
          : process.stdout.isTTY
            ? createLiveReporter(process.stdout)
            : createLineReporter(print)
        const stopped = new AbortController()
        const release = onStop({ first: () => stopped.abort(), second: () => process.exit(EXIT.interrupted) })
        const { folder } = locate(RELEASE)
        try {
          const added = await installTensorflow({ signal: stopped.signal, reporter })
          if (json) print(`${JSON.stringify({ type: 'end', added, folder })}\n`)
          else print(`the backend \`tensorflow\` ${added ? 'is installed' : `is there already, in ${folder}`}\n`)
          return EXIT.ok
        } catch (error) {
          if (!stopped.signal.aborted) throw error
          process.stderr.write('interrupted; nothing half-done was left, and whole downloads are kept\n')
          return EXIT.interrupted
        } finally {
          release()
        }
      }),
    )
}

function describeMissing({ name, missing, help }: BackendStatus): string {
  if (missing === null) return ''
  return `\n${name}: ${missing}\n${help === null ? '' : `  ${help}\n`}`
}
