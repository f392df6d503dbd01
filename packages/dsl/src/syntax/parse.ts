import { EOF, type IRecognitionException, type IToken } from 'chevrotain'
import { arrange, type Diagnostic } from '../diagnostic.ts'
import { linesOf, type Span } from '../source.ts'
import * as wording from '../wording.ts'
import type { File } from './ast.ts'
import { buildStatements } from './build.ts'
import { grammar } from './grammar.ts'
import { layOut, spanOf } from './layout.ts'
import { Doc, Separator, tokenize } from './tokens.ts'

/** Longer texts are no experiment; the limit keeps every text's check within a moment. */
export const MAX_LENGTH = 200_000

/** Parses a text; what can be understood is in the file, and every syntax error is in the diagnostics. */
export function parse(text: string): { file: File; diagnostics: Diagnostic[] } {
  if (text.length > MAX_LENGTH) {
    const problem = wording.tooLong({ start: 0, end: 0 }, text.length, MAX_LENGTH)
    return { file: { statements: [], broken: true }, diagnostics: [problem] }
  }
  const { tokens, comments, unknown } = tokenize(text)
  const lexical = unknown.map((span) => wording.unknownText(span, text.slice(span.start, span.end), text))
  const { tokens: laidOut, problems } = layOut(tokens)
  grammar.input = laidOut
  const tree = grammar.file()
  const syntactic = grammar.errors.map((error) => describe(error, laidOut))
  const diagnostics = onePerLine(text, arrange([...lexical, ...problems]), arrange(syntactic))
  const errors = [...lexical, ...syntactic].map(({ span }) => span)
  const docs = comments.filter(({ tokenType }) => tokenType === Doc)
  return {
    file: { statements: buildStatements(tree, { text, docs, errors }), broken: diagnostics.length > 0 },
    diagnostics,
  }
}

/** Where something is missing the place is right after what came before, not on the next line. */
function describe(error: IRecognitionException, tokens: IToken[]): Diagnostic {
  const found = error.token
  const ends = found.tokenType === EOF || found.tokenType === Separator || found.image === ''
  const before = found.tokenType === EOF ? tokens.at(-1) : tokens[tokens.indexOf(found) - 1]
  const at = before === undefined ? 0 : spanOf(before).end
  const what = found.tokenType === EOF ? 'the end of the file' : ends ? 'the end of the line' : `\`${found.image}\``
  return wording.unexpected(ends ? { start: at, end: at } : spanOf(found), error.message, what)
}

/** One mistake, one error: on each line the first error counts, and those that lexer or layout found come first. */
function onePerLine(text: string, certain: Diagnostic[], guessed: Diagnostic[]): Diagnostic[] {
  const lineOf = (span: Span) => linesOf(text.slice(0, span.start)).length
  const taken = new Set(certain.map(({ span }) => lineOf(span)))
  const kept = guessed.filter(({ span }) => {
    const line = lineOf(span)
    return !taken.has(line) && taken.add(line)
  })
  return [...certain, ...kept]
}
