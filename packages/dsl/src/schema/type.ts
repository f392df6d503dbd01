import type { Dimension } from './unit.ts'

/** Bounds in base units: `min` and `max` are allowed themselves, `above` and `below` are not. */
export interface Limits {
  min?: number
  max?: number
  above?: number
  below?: number
  whole?: boolean
}

/** What a key or parameter takes. `dimensions` lists what a number may measure, the usual one first. */
export type ValueType =
  | { takes: 'number'; dimensions: Dimension[]; noun: string; limits: Limits }
  | { takes: 'choice'; noun: string; options: Readonly<Record<string, string>> }
  | { takes: 'variant'; noun: string; options: Readonly<Record<string, Variant>> }
  | { takes: 'list'; of: ValueType; noun: string; ordered?: { example: string } }
  | { takes: 'layer'; noun: string }
  | { takes: 'address'; noun: string }
  | { takes: 'path'; noun: string; example: string; to: PathTarget }
  | { takes: 'layers'; noun: string }
  | { takes: 'bounds'; dimensions: Dimension[]; noun: string }
  | { takes: 'device'; noun: string }

export type BoundsType = Extract<ValueType, { takes: 'bounds' }>
export type ListType = Extract<ValueType, { takes: 'list' }>
export type NumberType = Extract<ValueType, { takes: 'number' }>

/** One form of a value with parameters, such as `atan(alpha = 2.0)`; the first `positional` ones need no name. */
export interface Variant {
  doc: string
  parameters: Readonly<Record<string, Rule>>
  positional?: number
}

/** A checked value: plain data in base units. A time in seconds stays one until a network's `dt` is known. */
export type Plain = number | string | boolean | Plain[] | { [name: string]: Plain }

/** One key of a block, or one parameter of a variant. */
export interface Rule {
  type: ValueType
  /** What it is when absent; without this the key must be written. */
  default?: Plain
  /** May be left out although it has no default. */
  optional?: boolean
  /** A resource bound, written with `<=`. */
  bound?: boolean
  /** What the data are, which only the block that stands on their format says; nobody chooses it. */
  fact?: boolean
  doc: string
}

export type Keys = Readonly<Record<string, Rule>>

/** A base of the language itself, with keys of its own. */
export interface BaseRule {
  doc: string
  keys: Keys
  /** Experiments stand on what `std/` builds on it, not on the base itself. */
  sealed?: true
}

/** A kind of block. Own keys of a base stand in `bases`; keys that all bases have, in `keys`. */
export interface BlockRule {
  doc: string
  keys: Keys
  /** `null`: the block takes no base. */
  bases: Readonly<Record<string, BaseRule>> | null
  baseNeeded: boolean
  /** Whether an experiment must have one, and may have more than one. */
  required: boolean
  many: boolean
  nameNeeded: boolean
  /** Whether `std/` can hold such blocks, which others then build on. */
  derives: boolean
}

const number = (noun: string, dimensions: Dimension[], limits: Limits): NumberType => ({
  takes: 'number',
  dimensions,
  noun,
  limits,
})
export const plain = (limits: Limits = {}) => number('a plain number', ['number'], limits)
export const whole = (limits: Limits = {}) => number('a whole number', ['number', 'count'], { ...limits, whole: true })
/** A number of a network, which can stand for any number of its layers. */
export const amount = number('a plain number', ['number', 'count'], {})
/** A size in an image; `3` means `3 px`, for nobody writes the unit of a kernel. */
export const extent = (limits: Limits = {}) =>
  number('a whole number of pixels', ['number', 'pixels'], { ...limits, whole: true })
export const pixels = (limits: Limits = {}) => number('a number of pixels', ['pixels'], { ...limits, whole: true })
export const probability = (limits: Limits = {}) => number('a probability', ['share', 'number'], limits)
export const share = (limits: Limits = {}) => number('a share', ['share'], limits)
export const time = (limits: Limits = {}) => number('a time', ['steps', 'seconds'], limits)
export const seconds = (limits: Limits = {}) => number('a time in seconds', ['seconds'], limits)
export const epochs = (limits: Limits = {}) => number('a number of epochs', ['epochs'], limits)
export const batches = (limits: Limits = {}) => number('a number of batches', ['batches'], { ...limits, whole: true })

export const choice = (options: Readonly<Record<string, string>>): ValueType => ({
  takes: 'choice',
  noun: 'one of several words',
  options,
})
/** `on` and `off`, true and false in the result. */
export const flag: ValueType = { takes: 'choice', noun: '`on` or `off`', options: { on: 'yes', off: 'no' } }
export const variant = (options: Readonly<Record<string, Variant>>): ValueType => ({
  takes: 'variant',
  noun: 'one of several forms',
  options,
})
export const list = (of: ValueType): ValueType => ({ takes: 'list', of, noun: 'a list' })
/** Numbers of which each has its place, so that two may be equal. */
export const row = (of: NumberType, example: string): ValueType => ({
  takes: 'list',
  of,
  noun: 'numbers in a row',
  ordered: { example },
})
export const layer: ValueType = { takes: 'layer', noun: 'the name of a layer' }
export const address: ValueType = { takes: 'address', noun: 'the address of a swept value' }
/** What a path leads to: a folder, or a file by its ending. */
export type PathTarget = 'folder' | '.safetensors' | '.snnx'

/** A file or folder beside the spec, or below it. */
export const path = (to: PathTarget, example: string): ValueType => ({
  takes: 'path',
  noun: 'a path in quotes',
  example,
  to,
})
export const layers: ValueType = { takes: 'layers', noun: 'layers in a row' }
/** Limits of a resource, one for each node: amounts, or shares of what the dense network takes. */
export const bounds = (noun: string, ...dimensions: Dimension[]): BoundsType => ({ takes: 'bounds', dimensions, noun })
export const device: ValueType = { takes: 'device', noun: 'the name of a device' }
