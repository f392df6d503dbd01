import type { DatasetFacts, Experiment } from '@snnx/ir'
import { type CheckedExperiment, checkFile } from './check/check.ts'
import { checkLibrary } from './check/library.ts'
import { arrange, type Diagnostic, hasErrors } from './diagnostic.ts'
import { expand } from './expand/expand.ts'
import { checkReport } from './expand/report.ts'
import { MAX_DIAGNOSTICS } from './limits.ts'
import { PRELUDE } from './prelude.ts'
import { createSchema } from './schema/schema.ts'
import type { Source } from './source.ts'
import type { File } from './syntax/ast.ts'
import { parse } from './syntax/parse.ts'
import { moreMistakes } from './wording.ts'

/** What the language asks of the program around it. */
export interface Host {
  /** The text of a file beside the source, for `from "file.snnx" use name`. */
  read?(path: string): string | null
  datasets: Readonly<Record<string, DatasetFacts>>
}

/** A source's meaning, and what is wrong with it: without an experiment there is at least one error. */
export interface Compiled {
  experiment: Experiment | null
  diagnostics: Diagnostic[]
}

let parsed: File[] | null = null

/** The prelude never changes, so it is parsed once. */
function preludeFiles(): File[] {
  parsed ??= PRELUDE.map(({ text }) => parse(text).file)
  return parsed
}

/** What is known of a source on the way to its meaning; an editor asks for it. */
export interface Analysed extends Compiled {
  checked: CheckedExperiment | null
}

/** Compiles a source to the jobs it means. Never throws on a text, however broken. */
export function compile(source: Source, host: Host): Compiled {
  const { experiment, diagnostics } = analyse(source, host)
  return { experiment, diagnostics }
}

/** The same, with the checked experiment. */
export function analyse(source: Source, host: Host): Analysed {
  const diagnostics: Diagnostic[] = []
  const report = (diagnostic: Diagnostic) => {
    diagnostics.push(diagnostic)
  }
  const schema = createSchema(host.datasets)
  const prelude = checkLibrary(preludeFiles(), schema, () => {})
  const { file, diagnostics: syntax } = parse(source.text)
  diagnostics.push(...syntax)
  const checked = checkFile(file, source.text, schema, prelude, report)
  const experiment = checked === null ? null : expand(checked, host.datasets, !hasErrors(diagnostics), report)
  if (checked !== null) checkReport(checked, report)
  return { checked, experiment: hasErrors(diagnostics) ? null : experiment, diagnostics: limit(arrange(diagnostics)) }
}

/** The first mistakes, and at the place of the next one how many more there are. */
function limit(diagnostics: Diagnostic[]): Diagnostic[] {
  const more = diagnostics.length - MAX_DIAGNOSTICS
  if (more <= 0) return diagnostics
  const shown = diagnostics.slice(0, MAX_DIAGNOSTICS)
  if (!hasErrors(shown)) return diagnostics
  return [...shown, moreMistakes(diagnostics[MAX_DIAGNOSTICS].span, more)]
}

/** Checks a file of `std/`: neurons and networks without an experiment. */
export function checkLibrarySource(source: Source, host: Host): Diagnostic[] {
  const { file, diagnostics } = parse(source.text)
  const found = [...diagnostics]
  checkLibrary([file], createSchema(host.datasets), (diagnostic) => found.push(diagnostic))
  return arrange(found)
}
