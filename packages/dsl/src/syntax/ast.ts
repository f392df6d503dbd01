import type { Span } from '../source.ts'

/** A word of the text. */
export interface Word {
  text: string
  span: Span
}

/** `mlp.steps` */
export interface Path {
  parts: Word[]
  text: string
  span: Span
}

/** `2 steps`: the number, how it was written, and its unit. */
export interface Quantity {
  node: 'quantity'
  number: number
  digits: Word
  unit: Word | null
  span: Span
}

export interface Argument {
  name: Word | null
  value: Value
  span: Span
}

/** `atan(alpha = 2.0)`, `minimax`, `residual(add) { ... } shortcut { ... }`; `args` is null without parentheses. */
export interface Call {
  node: 'call'
  path: Path
  args: Argument[] | null
  body: Value | null
  shortcut: Value | null
  span: Span
}

/** `8 * width`, two factors at least. */
export interface Product {
  node: 'product'
  factors: Value[]
  span: Span
}

export interface List {
  node: 'list'
  items: Value[]
  span: Span
}

export interface TextValue {
  node: 'text'
  text: string
  span: Span
}

/** `a -> b -> c`, two elements at least. */
export interface Pipeline {
  node: 'pipeline'
  elements: Value[]
  span: Span
}

export type Value = Quantity | Call | Product | List | TextValue | Pipeline

/** `1e-4 .. 1e-2 log 3` */
export interface Range {
  node: 'range'
  from: Quantity
  to: Quantity
  spacing: { kind: 'step' | 'log' | 'linear'; amount: Quantity } | null
  span: Span
}

export type Comparison = '==' | '!=' | '<=' | '>='

/** `compress == minimax`, `compress in [minimax, gradual]` */
export interface Condition {
  path: Path
  comparison: Comparison | 'in'
  operands: Value[]
  span: Span
}

export interface Header {
  node: 'header'
  version: Word
  span: Span
}

/** `batch = 64`, `connectivity <= 25 % then 12 %`: one value at least. */
export interface Setting {
  node: 'setting'
  path: Path
  operator: Word
  values: Value[]
  span: Span
}

export interface Sweep {
  node: 'sweep'
  repeat: boolean
  path: Path
  domain: List | Range
  span: Span
}

/** `kind name : base { ... }`; `head` ends before the brace. */
export interface Block {
  node: 'block'
  kind: Word
  name: Word | null
  base: Word | null
  statements: Statement[]
  doc: string
  head: Span
  span: Span
  /** A statement inside could not be parsed, so that what seems missing may be there. */
  broken: boolean
}

export interface When {
  node: 'when'
  condition: Condition
  statements: Statement[]
  span: Span
}

export interface Require {
  node: 'require'
  condition: Condition
  span: Span
}

/** `from "file.snnx" use name as alias`; `file` is written with its quotes. */
export interface Use {
  node: 'use'
  file: Word
  name: Word
  alias: Word | null
  span: Span
}

/** A statement with a syntax error: reported, so nothing more is said about it; `name` is what it starts with. */
export interface Broken {
  node: 'broken'
  name: string | null
  span: Span
}

export type Statement = Header | Setting | Sweep | Block | When | Require | Use | Broken

export interface File {
  statements: Statement[]
  /** Some syntax error is in the file. */
  broken: boolean
}
