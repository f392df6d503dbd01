import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain'

const NAME = /[A-Za-z_][A-Za-z0-9_]*/

export const Name = createToken({ name: 'Name', label: 'a name', pattern: NAME })

const keyword = (word: string, pattern: RegExp | string = word): TokenType =>
  createToken({ name: word[0].toUpperCase() + word.slice(1), label: `\`${word}\``, pattern, longer_alt: Name })

export const Snnx = keyword('snnx')
export const When = keyword('when')
export const Require = keyword('require')
export const Then = keyword('then')
export const In = keyword('in')
export const From = keyword('from')
export const Use = keyword('use')
/** `use cell as slow`; elsewhere it is a name like any other. */
export const As = keyword('as', /as(?=[ \t]+[A-Za-z_])/)
/** `repeat seed in ...`; `repeat(3) { ... }` is a layer, hence the look ahead. */
export const Repeat = keyword('repeat', /repeat(?=[ \t]+[A-Za-z_])/)

/** Between the two branches of a residual block: `residual(add) { ... } shortcut { ... }`. */
export const Shortcut = keyword('shortcut', /shortcut(?=[ \t]*\{)/)

export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  label: 'a number',
  pattern: /[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/,
})
export const Text = createToken({ name: 'Text', label: 'a text in quotes', pattern: /"[^"\r\n]*"/ })

/** How a range is walked: `step 2`, `log 3`, `linear 5`. */
export const Spacing = createToken({
  name: 'Spacing',
  label: '`step`, `log` or `linear`',
  pattern: /(step|log|linear)(?=[ \t]+[0-9])/,
  longer_alt: Name,
})

/**
 * The word after a number on its line, where it is not the range's `step`, `log` or `linear`, not `then`, and does not
 * begin the next statement.
 */
export const Unit = createToken({
  name: 'Unit',
  label: 'a unit',
  line_breaks: false,
  start_chars_hint: Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_'),
  pattern: (text: string, offset: number, matched: IToken[]) => {
    const previous = matched.at(-1)
    if (previous?.tokenType !== NumberLiteral) return null
    if (/[\r\n]/.test(text.slice(previous.endOffset! + 1, offset))) return null
    return UNIT.exec(text.slice(offset, offset + 64))
  },
})
const UNIT =
  /^(?!(?:step|log|linear)[ \t]+[0-9])(?!(?:then|in)\b)[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_]|[ \t]*(?:[=<>:]|\.(?!\.)))/

export const Percent = createToken({ name: 'Percent', label: '`%`', pattern: '%' })
const sign = (name: string, pattern: string): TokenType => createToken({ name, label: `\`${pattern}\``, pattern })
export const Arrow = sign('Arrow', '->')
export const Times = sign('Times', '*')
export const Range = sign('Range', '..')
export const Equal = sign('Equal', '==')
export const Unequal = sign('Unequal', '!=')
export const AtMost = sign('AtMost', '<=')
export const AtLeast = sign('AtLeast', '>=')
export const Assign = sign('Assign', '=')
export const Colon = sign('Colon', ':')
export const Dot = sign('Dot', '.')
export const Comma = sign('Comma', ',')
export const OpenParenthesis = sign('OpenParenthesis', '(')
export const CloseParenthesis = sign('CloseParenthesis', ')')
export const OpenBracket = sign('OpenBracket', '[')
export const CloseBracket = sign('CloseBracket', ']')
export const OpenBrace = sign('OpenBrace', '{')
export const CloseBrace = sign('CloseBrace', '}')

/** Begins a statement. The layout puts it where a line or a comma has ended the one before. */
export const Separator = createToken({ name: 'Separator', label: 'the end of the line', pattern: Lexer.NA })

export const LineEnd = createToken({ name: 'LineEnd', pattern: /\r\n|\r|\n/, line_breaks: true })
const Space = createToken({ name: 'Space', pattern: /[ \t\uFEFF\u00A0]+/, group: Lexer.SKIPPED })
export const Doc = createToken({ name: 'Doc', pattern: /\/\/\/[^\r\n]*/, group: 'comments' })
export const Comment = createToken({ name: 'Comment', pattern: /#[^\r\n]*/, group: 'comments' })

const keywords = [Snnx, When, Require, Then, In, From, Use, As, Repeat, Shortcut]
const signs = [Arrow, Times, Range, Equal, Unequal, AtMost, AtLeast, Assign, Colon, Dot, Comma, Percent]
const brackets = [OpenParenthesis, CloseParenthesis, OpenBracket, CloseBracket, OpenBrace, CloseBrace]

/** All token types, in the order in which the lexer tries them. */
export const TOKENS: TokenType[] = [
  LineEnd,
  Space,
  Doc,
  Comment,
  Unit,
  Spacing,
  ...keywords,
  Name,
  NumberLiteral,
  Text,
  ...signs,
  ...brackets,
]

// What the validations find of the tokens a test finds: they take half of the start.
const lexer = new Lexer(TOKENS, { positionTracking: 'full', skipValidations: true })

/** The tokens of a text, its comments, and the stretches that are no token. */
export function tokenize(text: string) {
  const { tokens, groups, errors } = lexer.tokenize(text)
  const unknown = errors.map(({ offset, length }) => ({ start: offset, end: offset + length }))
  return { tokens, comments: groups.comments ?? [], unknown }
}
