import { type Atlas, shift } from '../atlas.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { MAX_DEPTH } from '../limits.ts'
import type { Schema } from '../schema/schema.ts'
import type { Source } from '../source.ts'
import type { Statement, Use } from '../syntax/ast.ts'
import { parse } from '../syntax/parse.ts'
import * as wording from '../wording.ts'
import type { Component } from './component.ts'
import { checkHeader, findLater } from './header.ts'
import { checkLibrary, type Imported, type Library } from './library.ts'
import type { Report } from './report.ts'

/** Finds the file that a path means in the file of the name `from`; `null` where there is none. */
export type Resolve = (path: string, from: string) => Source | null

interface Loaded extends Library {
  /** The names inside the file's experiments, which cannot be imported. */
  inside: readonly string[]
}

/** Reads the files that a source imports, and those that they import, each once. */
export class Imports {
  /** Some file or name was not found, so that what seems missing may be there. */
  lacking = false
  readonly #open: string[]
  /** By file; `null` where what is wrong was said. */
  readonly #loaded = new Map<string, Loaded | null>()
  readonly #missing = new Set<string>()
  readonly #resolve: Resolve | undefined
  readonly #atlas: Atlas
  readonly #schema: Schema
  readonly #prelude: readonly Component[]
  readonly #report: Report

  constructor(
    root: Source,
    resolve: Resolve | undefined,
    atlas: Atlas,
    schema: Schema,
    prelude: readonly Component[],
    report: Report,
  ) {
    this.#open = [root.name]
    this.#resolve = resolve
    this.#atlas = atlas
    this.#schema = schema
    this.#prelude = prelude
    this.#report = report
  }

  /** What the `use` statements of the file of the name `from` bring in. */
  take(statements: readonly Statement[], from: string): Imported {
    const taken = new Map<string, { component: Component; use: Use }>()
    for (const use of statements) {
      if (use.node !== 'use') continue
      const { text: name } = use.alias ?? use.name
      const first = taken.get(name)
      const component = this.#find(use, from)
      if (component === null) this.lacking = true
      else if (first === undefined) taken.set(name, { component, use })
      else this.#report(wording.duplicateBlock(use.span, name, component.kind, true, first.use.span))
    }
    return taken
  }

  #find(use: Use, from: string): Component | null {
    const loaded = this.#load(use, from)
    const name = use.name.text
    const component = loaded?.components.find(({ address }) => address === name)
    if (loaded === null) return null
    if (component !== undefined) return component
    const path = use.file.text.slice(1, -1)
    const names = loaded.components.map(({ address }) => address)
    if (!loaded.uncertain)
      this.#report(wording.notInFile(use.name.span, name, path, names, loaded.inside.includes(name)))
    return null
  }

  #load({ file: { text, span } }: Use, from: string): Loaded | null {
    const fail = (problem: Diagnostic) => {
      this.#report(problem)
      return null
    }
    const path = text.slice(1, -1)
    if (/^\/|\\|^[A-Za-z]:/.test(path) || path === '') return fail(wording.absolutePath(span, path))
    const source = path.endsWith('.snnx') ? (this.#resolve?.(path, from) ?? null) : null
    if (source === null) {
      const missing = `${from}\n${path}`
      if (!this.#missing.has(missing)) this.#report(wording.noFile(span, path, from, this.#resolve !== undefined))
      this.#missing.add(missing)
      return null
    }
    const known = this.#loaded.get(source.name)
    if (known !== undefined) return known
    if (this.#open.includes(source.name)) return fail(wording.importCycle(span, path, this.#open))
    if (this.#open.length > MAX_DEPTH) return fail(wording.importsTooDeep(span, MAX_DEPTH))
    const start = this.#atlas.add(source)
    const { file, diagnostics } = shift(parse(source.text), start)
    const later = findLater(file)
    if (later !== null) {
      this.#loaded.set(source.name, null)
      return fail(later)
    }
    diagnostics.forEach(this.#report)
    checkHeader(file, start, this.#report)
    this.#open.push(source.name)
    const imported = this.take(file.statements, source.name)
    this.#open.pop()
    const library = checkLibrary(file.statements, imported, this.#schema, this.#prelude, this.lacking, this.#report)
    const loaded = { ...library, uncertain: library.uncertain || file.broken, inside: listInside(file.statements) }
    this.#loaded.set(source.name, loaded)
    return loaded
  }
}

function listInside(statements: readonly Statement[]): string[] {
  const experiments = statements.flatMap((statement) =>
    statement.node === 'block' && statement.kind.text === 'experiment' ? statement.statements : [],
  )
  return experiments.flatMap((statement) => (statement.node === 'block' ? (statement.name?.text ?? []) : []))
}
