import type { BlockRule, Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Block, Comparison } from '../syntax/ast.ts'
import type { Address } from './address.ts'
import type { Uses } from './uses.ts'

/** A condition whose address and operands are known. */
export interface CheckedCondition {
  address: Address
  comparison: Comparison | 'in'
  operands: Plain[]
  span: Span
}

/** A key that was written, its value checked. It counts where all its conditions hold. */
export interface Entry {
  key: string
  value: Plain
  /** Where the value stands. */
  span: Span
  conditions: CheckedCondition[]
}

/** A block of the experiment or of `std/`: declared first, its entries checked when all names are known. */
export interface Component {
  kind: string
  /** Its name, or else its kind. */
  address: string
  rule: BlockRule
  block: Block
  /** The component that its base names, where that is no base of the language itself. */
  parent: Component | null
  /** What its layers refer to, where it is a network. */
  uses: Uses
  /** `false` for those of `std/`, whose spans are not of the user's text. */
  own: boolean
  /** What its file defines and imports, where it stands outside the experiment: the names that it sees first. */
  names: ReadonlyMap<string, Component> | null
  entries: Entry[]
  /** Keys whose value was reported as wrong, so that nothing more is said of them. */
  failed: Set<string>
}

/** The base of the language that a component stands on in the end; `null` where it takes none or it is unknown. */
export function rootBase(component: Component): string | null {
  return component.parent === null ? (component.block.base?.text ?? null) : rootBase(component.parent)
}
