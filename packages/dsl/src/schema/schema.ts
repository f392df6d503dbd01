import { compress } from './compress.ts'
import { dataset } from './dataset.ts'
import { device } from './device.ts'
import { network } from './network.ts'
import { neuron } from './neuron.ts'
import { report } from './report.ts'
import { train } from './train.ts'
import type { BlockRule, Keys, Rule } from './type.ts'

/** The blocks of an experiment by kind; the checker, the reference and the expansion all read this one table. */
export type Schema = Readonly<Record<string, BlockRule>>

/** The language's table. */
export const SCHEMA: Schema = { dataset, neuron, network, train, compress, device, report }

/** The keys that a block with this base has. */
export function keysOf(rule: BlockRule, base: string | null): Keys {
  return { ...rule.keys, ...(base === null ? {} : rule.bases?.[base]?.keys) }
}

/** The bases that an experiment's block can stand on by itself. */
export function openBases({ bases }: BlockRule): string[] {
  return Object.entries(bases ?? {}).flatMap(([base, { sealed }]) => (sealed ? [] : [base]))
}

/** Whether a key of this base says what the data are. */
export function isFact(rule: BlockRule, base: string | null, key: string): boolean {
  const keys = keysOf(rule, base)
  return Object.hasOwn(keys, key) && keys[key].fact === true
}

/** The bases that have a key of their own under this name. */
export function basesWith(rule: BlockRule, key: string): string[] {
  return Object.entries(rule.bases ?? {}).flatMap(([base, { keys }]) => (Object.hasOwn(keys, key) ? [base] : []))
}

/** The rule of a key for any base that has it. */
export function anyRule(rule: BlockRule, key: string): Rule | undefined {
  if (Object.hasOwn(rule.keys, key)) return rule.keys[key]
  const base = basesWith(rule, key)[0]
  return base === undefined ? undefined : rule.bases![base].keys[key]
}
