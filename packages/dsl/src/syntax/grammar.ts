import { CstParser, EMPTY_ALT, EOF, type IParserErrorMessageProvider, type TokenType } from 'chevrotain'
import * as t from './tokens.ts'

/** What each rule is to a reader, for `expected ..., found ...`. */
export const EXPECTED: Readonly<Record<string, string>> = {
  statement: 'a statement, such as `batch = 64`',
  entry: '`=`, `<=`, `in` or `{`',
  when: '`{`',
  title: '`{`',
  end: 'the end of the line',
  factor: 'a value',
  domain: 'a list, such as `[1, 2]`, or a range, such as `1 .. 5`',
  condition: 'a comparison, such as `== minimax`',
  operand: 'a value',
}

/** Chevrotain lets a parser word its errors only here: the message is what was expected, the rest is worded later. */
const expectation: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
  buildNotAllInputParsedMessage: () => EXPECTED.end,
  buildNoViableAltMessage: ({ ruleName }) => EXPECTED[ruleName] ?? 'something else',
  buildEarlyExitMessage: ({ ruleName }) => EXPECTED[ruleName] ?? 'something else',
}

const ENDS = new Set<TokenType>([t.Separator, t.OpenBrace, t.CloseBrace, EOF])

/** The grammar, pure: it builds a concrete syntax tree and recovers from errors. */
export class Grammar extends CstParser {
  /** @param skipValidations of the grammar itself: a test makes them, for they take time at every start */
  constructor(skipValidations = true) {
    super(t.TOKENS.concat(t.Separator), {
      recoveryEnabled: true,
      nodeLocationTracking: 'onlyOffset',
      errorMessageProvider: expectation,
      maxLookahead: 2,
      skipValidations,
    })
    this.performSelfAnalysis()
  }

  /** Only brackets and separators may be made up, and the layout has done that: a guessed name or value helps nobody. */
  protected override canTokenTypeBeInsertedInRecovery(): boolean {
    return false
  }

  readonly file = this.RULE('file', () => {
    this.MANY(() => this.SUBRULE(this.item))
  })

  /**
   * Any statement may be followed by a body, so that the parser finds the body of one that it does not understand;
   * which statements need one is checked when the tree is built.
   */
  readonly item = this.RULE('item', () => {
    this.CONSUME(t.Separator)
    this.SUBRULE(this.statement)
    this.OPTION(() => this.SUBRULE(this.body))
  })

  readonly body = this.RULE('body', () => {
    this.CONSUME(t.OpenBrace)
    this.MANY(() => this.SUBRULE(this.item))
    this.CONSUME(t.CloseBrace)
  })

  readonly statement = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.header) },
      { ALT: () => this.SUBRULE(this.when) },
      { ALT: () => this.SUBRULE(this.require) },
      { ALT: () => this.SUBRULE(this.use) },
      { ALT: () => this.SUBRULE(this.repeat) },
      { ALT: () => this.SUBRULE(this.entry) },
    ])
    this.SUBRULE(this.end)
  })

  /** Nothing, where a statement ends: what else stands there is a mistake of this statement. */
  readonly end = this.RULE('end', () => {
    this.OR([{ GATE: () => ENDS.has(this.LA(1).tokenType), ALT: EMPTY_ALT() }])
  })

  readonly header = this.RULE('header', () => {
    this.CONSUME(t.Snnx)
    this.CONSUME(t.NumberLiteral)
  })

  readonly when = this.RULE('when', () => {
    this.CONSUME(t.When)
    this.SUBRULE(this.condition)
  })

  readonly require = this.RULE('require', () => {
    this.CONSUME(t.Require)
    this.SUBRULE(this.condition)
  })

  readonly use = this.RULE('use', () => {
    this.CONSUME(t.From)
    this.CONSUME(t.Text)
    this.CONSUME(t.Use)
    this.CONSUME(t.Name)
    this.OPTION(() => {
      this.CONSUME(t.As)
      this.CONSUME2(t.Name)
    })
  })

  readonly repeat = this.RULE('repeat', () => {
    this.CONSUME(t.Repeat)
    this.SUBRULE(this.path)
    this.CONSUME(t.In)
    this.SUBRULE(this.domain)
  })

  /** All that starts with a path: a setting, a sweep or a block. */
  readonly entry = this.RULE('entry', () => {
    this.SUBRULE(this.path)
    this.OR([
      { ALT: () => this.SUBRULE(this.setting) },
      { ALT: () => this.SUBRULE(this.sweep) },
      { ALT: () => this.SUBRULE(this.title) },
      { GATE: () => ENDS.has(this.LA(1).tokenType), ALT: EMPTY_ALT() },
    ])
  })

  /** `=` fixes, `<=` bounds; which of them a key takes, and whether it can go on with `then`, is checked later. */
  readonly setting = this.RULE('setting', () => {
    this.OR([t.Assign, t.AtMost, t.AtLeast].map((type) => ({ ALT: () => this.CONSUME(type) })))
    this.SUBRULE(this.value)
    this.MANY(() => {
      this.CONSUME(t.Then)
      this.SUBRULE2(this.value)
    })
  })

  readonly sweep = this.RULE('sweep', () => {
    this.CONSUME(t.In)
    this.SUBRULE(this.domain)
  })

  /** The name and base of a block, which may lack both. */
  readonly title = this.RULE('title', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Name)
          this.OPTION(() => this.SUBRULE(this.base))
        },
      },
      { ALT: () => this.SUBRULE2(this.base) },
    ])
    this.OR2([{ GATE: () => ENDS.has(this.LA(1).tokenType), ALT: EMPTY_ALT() }])
  })

  readonly base = this.RULE('base', () => {
    this.CONSUME(t.Colon)
    this.CONSUME(t.Name)
  })

  readonly domain = this.RULE('domain', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.list) }, { ALT: () => this.SUBRULE(this.range) }])
  })

  readonly range = this.RULE('range', () => {
    this.SUBRULE(this.quantity)
    this.CONSUME(t.Range)
    this.SUBRULE2(this.quantity)
    this.OPTION(() => {
      this.CONSUME(t.Spacing)
      this.SUBRULE3(this.quantity)
    })
  })

  readonly condition = this.RULE('condition', () => {
    this.SUBRULE(this.path)
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.comparison)
          this.SUBRULE(this.operand)
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.In)
          this.SUBRULE(this.list)
        },
      },
    ])
  })

  readonly comparison = this.RULE('comparison', () => {
    this.OR([t.Equal, t.Unequal, t.AtMost, t.AtLeast].map((type) => ({ ALT: () => this.CONSUME(type) })))
  })

  readonly operand = this.RULE('operand', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.quantity) }, { ALT: () => this.SUBRULE(this.path) }])
  })

  /** One value, or layers in a row: `a -> b -> c`. */
  readonly value = this.RULE('value', () => {
    this.SUBRULE(this.element)
    this.MANY(() => {
      this.CONSUME(t.Arrow)
      this.SUBRULE2(this.element)
    })
  })

  /** A value by itself, or a product: `8 * width`. */
  readonly element = this.RULE('element', () => {
    this.SUBRULE(this.factor)
    this.MANY(() => {
      this.CONSUME(t.Times)
      this.SUBRULE2(this.factor)
    })
  })

  readonly factor = this.RULE('factor', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.quantity) },
      { ALT: () => this.SUBRULE(this.call) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.CONSUME(t.Text) },
    ])
  })

  readonly quantity = this.RULE('quantity', () => {
    this.CONSUME(t.NumberLiteral)
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Unit) }, { ALT: () => this.CONSUME(t.Percent) }])
    })
  })

  /** A name, with arguments or without; only a call can hold layers: `repeat(3) { ... }`. */
  readonly call = this.RULE('call', () => {
    this.SUBRULE(this.path)
    this.OPTION(() => {
      this.CONSUME(t.OpenParenthesis)
      this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.argument) })
      this.CONSUME(t.CloseParenthesis)
      this.OPTION2(() => {
        this.SUBRULE(this.layers)
        this.OPTION3(() => {
          this.CONSUME(t.Shortcut)
          this.SUBRULE2(this.layers)
        })
      })
    })
  })

  /** Layers in braces, which lines continue only around `->`. */
  readonly layers = this.RULE('layers', () => {
    this.CONSUME(t.OpenBrace)
    this.SUBRULE(this.value)
    this.CONSUME(t.CloseBrace)
  })

  readonly argument = this.RULE('argument', () => {
    this.OPTION(() => {
      this.CONSUME(t.Name)
      this.CONSUME(t.Assign)
    })
    this.SUBRULE(this.value)
  })

  readonly list = this.RULE('list', () => {
    this.CONSUME(t.OpenBracket)
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.value) })
    this.CONSUME(t.CloseBracket)
  })

  readonly path = this.RULE('path', () => {
    this.AT_LEAST_ONE_SEP({ SEP: t.Dot, DEF: () => this.CONSUME(t.Name) })
  })
}

export const grammar = new Grammar()
