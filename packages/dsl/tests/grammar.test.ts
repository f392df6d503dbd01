import { Lexer } from 'chevrotain'
import { describe, expect, it } from 'vitest'
import { Grammar } from '../src/syntax/grammar.ts'
import { TOKENS } from '../src/syntax/tokens.ts'

describe('the grammar', () => {
  it('is sound: no ambiguous alternatives, no left recursion, no token that another hides', () => {
    expect(() => new Grammar(false)).not.toThrow()
    const { lexerDefinitionErrors } = new Lexer(TOKENS, { deferDefinitionErrorsHandling: true })
    expect(lexerDefinitionErrors).toEqual([])
  })
})
