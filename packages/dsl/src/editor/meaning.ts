import type { Rule } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Declared } from './scope.ts'

/** What a word is to the reader of a spec; highlighting goes by it. */
export type Role =
  | 'keyword'
  | 'kind'
  | 'name'
  | 'base'
  | 'key'
  | 'option'
  | 'form'
  | 'parameter'
  | 'layer'
  | 'variable'
  | 'figure'
  | 'number'
  | 'unit'
  | 'text'
  | 'operator'
  | 'comment'
  | 'documentation'
  | 'unknown'

/** What a name stands for: a block, a number of a network, or a key of a block. */
export type Target =
  | { kind: 'component'; component: Declared }
  | { kind: 'number'; component: Declared; name: string }
  | { kind: 'key'; component: Declared; name: string }

/** A word of the text with what it means. */
export interface Meaning {
  span: Span
  text: string
  role: Role
  /** What the language's own tables say of it. */
  doc: string
  /** The rule of a key or a parameter. */
  rule: Rule | null
  target: Target | null
  /** The target is declared here. */
  declares: boolean
}

/** Whether two names stand for the same. */
export function isSame(one: Target, other: Target): boolean {
  if (one.kind !== other.kind || one.component !== other.component) return false
  return one.kind === 'component' || one.name === (other as { name: string }).name
}
