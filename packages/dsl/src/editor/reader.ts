import type { IToken, TokenType } from 'chevrotain'
import { spanOf } from '../syntax/layout.ts'
import * as t from '../syntax/tokens.ts'
import type { Expectation } from './expectation.ts'
import type { Meaning, Role } from './meaning.ts'

type Detail = Partial<Omit<Meaning, 'span' | 'text' | 'role'>>

/**
 * Reads the tokens of one statement in a row: each gets a meaning, and where they end it is noted what could follow. A
 * statement that is not right is read as far as it goes; the rest keeps the meaning that a token has by itself.
 */
export class Reader {
  readonly meanings: Meaning[] = []
  readonly expected: Expectation[] = []
  readonly #tokens: readonly IToken[]
  #at = 0
  /** Something needed was missing at the end, so that what stands after it is not expected yet. */
  #lacking = false

  constructor(tokens: readonly IToken[]) {
    this.#tokens = tokens
  }

  get next(): IToken | undefined {
    return this.#tokens[this.#at]
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  sees(...types: TokenType[]): boolean {
    return this.next !== undefined && types.includes(this.next.tokenType)
  }

  seesAfter(type: TokenType): boolean {
    return this.#tokens[this.#at + 1]?.tokenType === type
  }

  /** Reads a token; one that the layout made up has no place in the text. */
  take(role: Role, detail: Detail = {}): string {
    const token = this.#tokens[this.#at++]
    const blank = { doc: '', rule: null, target: null, declares: false }
    if (token.image !== '') this.meanings.push({ span: spanOf(token), text: token.image, role, ...blank, ...detail })
    return token.image
  }

  /** Reads a token by itself, whatever stands there. */
  skip(): void {
    this.take(roleOf(this.next!))
  }

  /** Reads a token of a type, if it is there. */
  accept(type: TokenType, role: Role = 'operator', doc = ''): boolean {
    if (!this.sees(type)) return false
    this.take(role, { doc })
    return true
  }

  /** At the end: this could follow, and so could what is said later. */
  may(expectation: Expectation): void {
    if (this.atEnd && !this.#lacking) this.expected.push(expectation)
  }

  /** At the end: this must follow. */
  must(...expectations: Expectation[]): void {
    for (const expectation of expectations) this.may(expectation)
    if (this.atEnd) this.#lacking = true
  }
}

const KEYWORDS = new Set<TokenType>([
  t.Snnx,
  t.When,
  t.Require,
  t.Then,
  t.In,
  t.From,
  t.Use,
  t.As,
  t.Repeat,
  t.Shortcut,
  t.Spacing,
])

/** What a token is by its type alone. */
function roleOf({ tokenType }: IToken): Role {
  if (KEYWORDS.has(tokenType)) return 'keyword'
  if (tokenType === t.NumberLiteral) return 'number'
  if (tokenType === t.Unit || tokenType === t.Percent) return 'unit'
  if (tokenType === t.Text) return 'text'
  return tokenType === t.Name ? 'unknown' : 'operator'
}
