import type { Component } from '../check/component.ts'
import type { Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'

/** A network whose layers are being laid out: the experiment's own, or one that is a layer of another. */
export interface Frame {
  component: Component
  /** The block in which its layers are written, from where the names among them are seen. */
  author: Component
  /** What the user calls it: by its own name, or by that of what it is built on. */
  name: string
  /** Its numbers and the other keys, by name. */
  values: Readonly<Record<string, Plain>>
  /** Where the user wrote them. */
  spans: Readonly<Record<string, Span | undefined>>
  /** Its layers are written in the user's text. */
  inText: boolean
  /** Where the network is used: at its own block, or as a layer. */
  at: Span
  /** The network around it. */
  outer: Frame | null
}

/** Where a layer stands in the user's text. */
export interface Place {
  span: Span
  /** Where the network that it is written in is used as a layer. */
  use: Span | null
  /** The network of `std/` that it is written in: then it has no place of its own, and `span` is where that is used. */
  library: string | null
}

/** The place of something that is written at `span` among the layers of a frame. */
export function placeIn({ inText, at, outer, name }: Frame, span: Span): Place {
  if (!inText) return { span: at, use: null, library: name }
  return { span, use: outer === null ? null : at, library: null }
}

/** The names of the numbers that a network gives values to. */
export function numbersIn({ component, values }: Pick<Frame, 'component' | 'values'>): string[] {
  return Object.keys(values).filter((key) => !Object.hasOwn(component.rule.keys, key))
}
