import type { Diagnostic } from '../diagnostic.ts'
import type { File, Header, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import type { Report } from './report.ts'

/** The version of the language that this package reads. */
const VERSION = '1'

/** A later version of the language may say anything in any way: of such a file nothing else can be said. */
export function findLater({ statements }: File): Diagnostic | null {
  const first = firstOf(statements)
  if (first?.node !== 'header') return null
  const { text, span } = first.version
  return /^\d+$/.test(text) && Number(text) > Number(VERSION) ? wording.laterVersion(span, text, VERSION) : null
}

/**
 * The first statement says which version of the language the file is written in.
 * @param start where the file starts
 */
export function checkHeader({ statements, broken }: File, start: number, report: Report): void {
  const headers = statements.filter((statement): statement is Header => statement.node === 'header')
  const [header, ...others] = headers
  if (statements.length === 0) return
  if (header === undefined || firstOf(statements) !== header) {
    if (!(broken && header === undefined)) report(wording.missingHeader(header?.span ?? null, start))
  } else if (header.version.text !== VERSION)
    report(wording.unknownVersion(header.version.span, header.version.text, VERSION))
  for (const other of others) report(wording.misplaced(other.span, '`snnx`', 'once, at the top of the file'))
}

const firstOf = (statements: readonly Statement[]) => statements.find(({ node }) => node !== 'broken')
