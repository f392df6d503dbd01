import type { Experiment } from '@snnx/ir'
import { Atlas } from './atlas.ts'
import { type CheckedExperiment, checkFile } from './check/check.ts'
import type { Component } from './check/component.ts'
import { checkHeader, findLater } from './check/header.ts'
import { Imports, type Resolve } from './check/imports.ts'
import { checkLibrary, checkPrelude } from './check/library.ts'
import { arrange, type Diagnostic, hasErrors } from './diagnostic.ts'
import { expand } from './expand/expand.ts'
import { checkReport } from './expand/report.ts'
import { MAX_DIAGNOSTICS } from './limits.ts'
import { PRELUDE } from './prelude.ts'
import { SCHEMA } from './schema/schema.ts'
import type { Source, Span } from './source.ts'
import { parse } from './syntax/parse.ts'
import * as wording from './wording.ts'

/** Something in a folder. */
export interface Entry {
  name: string
  isFolder: boolean
}

/** What the language asks of the program around it. */
export interface Host {
  /** Finds what `from "file.snnx" use name` means in the file of the name `from`; without it nothing can be imported. */
  resolve?: Resolve
  /** What stands in a folder, by its path from the folder of the file of the name `from`; an editor offers it. */
  list?: (folder: string, from: string) => readonly Entry[]
}

/** A source's meaning, and what is wrong with it. */
export interface Compiled {
  /** `null` where there is an error, or where the file was checked and has no experiment. */
  experiment: Experiment | null
  diagnostics: Diagnostic[]
  /** The files that it imports, in which a diagnostic may lie. */
  imported: Source[]
  /** Where it says which data it takes; `null` where it does not. */
  dataset: Span | null
}

let prelude: Component[] | null = null

/** The blocks of `std/`, which never change, so that they are read and checked once. */
export function standard(): readonly Component[] {
  prelude ??= checkPrelude(
    PRELUDE.map(({ text }) => parse(text).file),
    SCHEMA,
    () => {},
  )
  return prelude
}

/** What is known of a source on the way to its meaning; an editor asks for it. */
export interface Analysed extends Compiled {
  checked: CheckedExperiment | null
}

/** Compiles a source to the jobs it means. Never throws on a text, however broken. */
export function compile(source: Source, host: Host = {}): Compiled {
  return analyse(source, host, true)
}

/** The same for a source that need not be run: it may hold data sets, neurons and networks alone, to be imported. */
export function checkSource(source: Source, host: Host = {}): Compiled {
  return analyse(source, host, false)
}

/** The same, with the checked experiment. */
export function analyse(source: Source, { resolve }: Host, mustRun: boolean): Analysed {
  const diagnostics: Diagnostic[] = []
  const report = (diagnostic: Diagnostic) => {
    diagnostics.push(diagnostic)
  }
  const atlas = new Atlas(source)
  let checked: CheckedExperiment | null = null
  const done = (experiment: Experiment | null, dataset: Span | null = null): Analysed => ({
    checked,
    experiment: hasErrors(diagnostics) ? null : experiment,
    diagnostics: limit(arrange(diagnostics)).map((diagnostic) => atlas.settle(diagnostic)),
    imported: atlas.others,
    dataset,
  })
  const { file, diagnostics: syntax } = parse(source.text)
  const later = findLater(file)
  if (later !== null) {
    report(later)
    return done(null)
  }
  diagnostics.push(...syntax)
  const prelude = standard()
  checkHeader(file, 0, report)
  const imports = new Imports(source, resolve, atlas, SCHEMA, prelude, report)
  const imported = imports.take(file.statements, source.name)
  const library = checkLibrary(file.statements, imported, SCHEMA, prelude, imports.lacking, report)
  checked = checkFile(file, source.text, SCHEMA, prelude, library, report)
  if (checked === null) {
    const isLibrary = !mustRun && library.components.length > 0
    if (!isLibrary && !hasErrors(diagnostics)) report(wording.noExperiment(source.text.length))
    return done(null)
  }
  const experiment = expand(checked, !hasErrors(diagnostics), report)
  checkReport(checked, report)
  const dataset = checked.scope.own.find(({ kind }) => kind === 'dataset')
  return done(experiment, (dataset?.block ?? checked.block).head)
}

/** The first mistakes, and at the place of the next one how many more there are. */
function limit(diagnostics: Diagnostic[]): Diagnostic[] {
  const more = diagnostics.length - MAX_DIAGNOSTICS
  if (more <= 0) return diagnostics
  const shown = diagnostics.slice(0, MAX_DIAGNOSTICS)
  if (!hasErrors(shown)) return diagnostics
  return [...shown, wording.moreMistakes(diagnostics[MAX_DIAGNOSTICS].span, more)]
}
