import { EOF, type IRecognitionException, type IToken } from 'chevrotain'
import { arrange, type Diagnostic, type Help } from '../diagnostic.ts'
import { MAX_LENGTH } from '../limits.ts'
import { lineFinder, type Span } from '../source.ts'
import * as wording from '../wording.ts'
import type { File } from './ast.ts'
import { buildStatements } from './build.ts'
import { EXPECTED, grammar } from './grammar.ts'
import { layOut, spanOf } from './layout.ts'
import { Assign, Colon, Doc, NumberLiteral, OpenBracket, Range, Separator, Text, tokenize } from './tokens.ts'

/** Parses a text; what can be understood is in the file, and every syntax error is in the diagnostics. */
export function parse(text: string): { file: File; diagnostics: Diagnostic[] } {
  if (text.length > MAX_LENGTH) {
    const problem = wording.tooLong({ start: 0, end: 0 }, text.length, MAX_LENGTH)
    return { file: { statements: [], broken: true }, diagnostics: [problem] }
  }
  const { tokens, comments, unknown } = tokenize(text)
  const lexical = unknown.map((span) => wording.unknownText(span, text.slice(span.start, span.end), text))
  const { tokens: laidOut, problems } = layOut(tokens)
  if (problems.some(({ code }) => code === 'SNX0107'))
    return { file: { statements: [], broken: true }, diagnostics: problems }
  grammar.input = laidOut
  const tree = grammar.file()
  const indices = new Map(laidOut.map((token, index) => [token, index]))
  const syntactic = grammar.errors.map((error) =>
    describe(error, laidOut[(indices.get(error.token) ?? laidOut.length) - 1]),
  )
  const errors = [...lexical, ...syntactic].map(({ span }) => span)
  const docs = comments.filter(({ tokenType }) => tokenType === Doc)
  const late: Diagnostic[] = []
  const statements = buildStatements(tree, { text, docs, errors, report: (problem) => late.push(problem) })
  const diagnostics = onePerLine(text, arrange([...lexical, ...problems]), arrange([...syntactic, ...late]))
  return { file: { statements, broken: diagnostics.length > 0 }, diagnostics }
}

/** Where something is missing the place is right after what came before, not on the next line. */
function describe(error: IRecognitionException, before: IToken | undefined): Diagnostic {
  const found = error.token
  const ends = found.tokenType === EOF || found.tokenType === Separator || found.image === ''
  const at = before === undefined ? 0 : spanOf(before).end
  const what = found.tokenType === EOF ? 'the end of the file' : ends ? 'the end of the line' : `\`${found.image}\``
  return wording.unexpected(ends ? { start: at, end: at } : spanOf(found), error.message, what, meant(error, before))
}

const VALUES = new Set([NumberLiteral, Text, OpenBracket])

/** What a habit from another language makes of a sign, where it is plain. */
function meant({ token, message }: IRecognitionException, before: IToken | undefined): Help | undefined {
  if (message === EXPECTED.condition && token.tokenType === Assign)
    return wording.insert('compare with `==`', spanOf(token), '==')
  if (before?.tokenType === Colon && VALUES.has(token.tokenType))
    return wording.insert('fix a value with `=`', spanOf(before), ' =')
  return message === Range.LABEL ? wording.advise('write a single value as a list: `[4]`') : undefined
}

/** One mistake, one error: on each line the first error counts, and those that lexer or layout found come first. */
function onePerLine(text: string, certain: Diagnostic[], guessed: Diagnostic[]): Diagnostic[] {
  const find = lineFinder(text)
  const lineOf = (span: Span) => find(span.start)
  const taken = new Set(certain.map(({ span }) => lineOf(span)))
  const kept = guessed.filter(({ span }) => {
    const line = lineOf(span)
    return !taken.has(line) && taken.add(line)
  })
  return [...certain, ...kept]
}
