import { checkSource, hasErrors, type Source } from '@snnx/dsl'
import type { Command } from 'commander'
import { findMissingData } from '../data-check.ts'
import { annotate, describeDiagnostic } from '../diagnostics.ts'
import { EXIT } from '../exit-code.ts'
import { HOST, readSpec, renderDiagnostics } from '../source.ts'
import { availableMemory, findTooLarge } from '../too-large.ts'
import { act, print, printJson } from './act.ts'

type Checked = { source: Source } & ReturnType<typeof checkSource>

export function defineCheck(program: Command): void {
  program
    .command('check')
    .summary('check specs without running them')
    .description(
      'Checks specs without running them and shows every mistake with its place and how to mend it. Where GITHUB_ACTIONS is set, each is an annotation as well.',
    )
    .argument('<file...>', '.snnx files')
    .option('--json', 'print the diagnostics as JSON')
    .action(
      act(async (files: string[], options: { json?: true }) => {
        const checked: Checked[] = []
        for (const file of files) {
          const source = await readSpec(file)
          const compiled = checkSource(source, HOST)
          const found = [...(await findMissingData(compiled)), ...findTooLarge(compiled, availableMemory())]
          checked.push({ source, ...compiled, diagnostics: [...compiled.diagnostics, ...found] })
        }
        const described = checked.flatMap(({ source, diagnostics, imported }) =>
          diagnostics.map((diagnostic) => describeDiagnostic(diagnostic, source, imported)),
        )
        if (options.json) printJson(described)
        else {
          for (const one of checked) {
            if (one.diagnostics.length > 0) print(`${await renderDiagnostics(one.source, one, process.stdout)}\n`)
          }
          if (process.env.GITHUB_ACTIONS) print(described.map(annotate).join(''))
          print(`${summarize(checked)}\n`)
        }
        return checked.some(({ diagnostics }) => hasErrors(diagnostics)) ? EXIT.spec : EXIT.ok
      }),
    )
}

function summarize(checked: readonly Checked[]): string {
  const all = checked.flatMap(({ diagnostics }) => diagnostics)
  const errors = all.filter(({ severity }) => severity === 'error').length
  const warnings = all.length - errors
  const found = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
  const said = found.filter((part) => part !== '').join(', ')
  return `${count(checked.length, 'file')} checked: ${said || 'no mistakes'}`
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
