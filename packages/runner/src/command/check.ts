import { type Diagnostic, hasErrors, locate, type Source } from '@snnx/dsl'
import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { compileSpec, readSpec, renderDiagnostics } from '../spec.ts'
import { act, print, printJson } from './act.ts'

export function defineCheck(program: Command): void {
  program
    .command('check')
    .summary('check specs without running them')
    .description('Checks specs without running them and shows every mistake with its place and how to mend it.')
    .argument('<file...>', '.snnx files')
    .option('--json', 'print the diagnostics as JSON')
    .action(
      act(async (files: string[], options: { json?: true }) => {
        const checked: { source: Source; diagnostics: readonly Diagnostic[] }[] = []
        for (const file of files) {
          const source = await readSpec(file)
          checked.push({ source, diagnostics: compileSpec(source).diagnostics })
        }
        if (options.json) printJson(checked.map(({ source, diagnostics }) => describeFile(source, diagnostics)))
        else {
          for (const { source, diagnostics } of checked) {
            if (diagnostics.length > 0) print(`${renderDiagnostics(source, diagnostics, process.stdout)}\n`)
          }
          print(`${summarize(checked)}\n`)
        }
        return checked.some(({ diagnostics }) => hasErrors(diagnostics)) ? EXIT.spec : EXIT.ok
      }),
    )
}

function describeFile(source: Source, diagnostics: readonly Diagnostic[]) {
  return {
    file: source.name,
    diagnostics: diagnostics.map(({ code, severity, message, span, label, notes, help }) => ({
      code,
      severity,
      message,
      start: locate(source.text, span.start),
      end: locate(source.text, span.end),
      label,
      notes,
      help: help?.text ?? null,
    })),
  }
}

function summarize(checked: readonly { diagnostics: readonly Diagnostic[] }[]): string {
  const all = checked.flatMap(({ diagnostics }) => diagnostics)
  const errors = all.filter(({ severity }) => severity === 'error').length
  const warnings = all.length - errors
  const found = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : '']
  const said = found.filter((part) => part !== '').join(', ')
  return `${count(checked.length, 'file')} checked: ${said || 'no mistakes'}`
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`
