import type { Keys, ValueType } from '../schema/type.ts'
import type { Dimension } from '../schema/unit.ts'
import type { Declared } from './scope.ts'

/** A block of which kind a statement stands in. */
export type Place = 'file' | 'experiment' | 'component' | 'sweep' | 'zip'

/** What could be written at the end of a statement's beginning. */
export type Expectation =
  | { what: 'statement'; place: Place; component: Declared | null }
  | { what: 'base'; kind: string; component: Declared | null }
  | { what: 'operator'; signs: readonly string[] }
  | { what: 'value'; type: ValueType; network: Declared | null }
  | { what: 'unit'; dimensions: readonly Dimension[] }
  | { what: 'argument'; parameters: Keys; given: readonly string[] }
  | { what: 'layer' }
  | { what: 'address'; parts: readonly string[]; figures: boolean; seed: boolean }
  | { what: 'word'; words: readonly string[] }
  | { what: 'file' }
  | { what: 'import'; file: string }
