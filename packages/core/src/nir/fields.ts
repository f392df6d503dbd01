import { count, printable, SnnxError } from '@snnx/ir'
import type { NirNode, NirNumbers } from './graph.ts'

/** A node with its name: its fields are read with errors that name it. */
export class NodeReader {
  readonly name: string
  readonly type: string
  readonly #node: NirNode

  constructor(name: string, node: NirNode) {
    this.name = name
    this.type = node.type
    this.#node = node
  }

  /** @throws SnnxError SNX0842 always */
  refuse(reason: string): never {
    throw refusal(`node \`${this.name}\` (${this.type}) ${reason}`)
  }

  /** The numbers of a field. @throws SnnxError SNX0842 when it is missing, a text, or not finite */
  numbers(field: string): NirNumbers {
    const found = this.#node.fields.get(field)
    if (found === undefined) return this.refuse(`has no \`${field}\``)
    if (typeof found === 'string') return this.refuse(`has a text as its \`${field}\``)
    if (count(found.shape) !== found.values.length)
      return this.refuse(`has a \`${field}\` of another size than its shape`)
    for (const value of found.values)
      if (!Number.isFinite(value)) return this.refuse(`has a \`${field}\` that is no number`)
    return found
  }

  has(field: string): boolean {
    return this.#node.fields.has(field)
  }

  text(field: string): string | null {
    const found = this.#node.fields.get(field)
    return typeof found === 'string' ? found : null
  }

  /** The one value of a field, be it a single number or the same everywhere. */
  uniform(field: string, per = 'for all its neurons'): number {
    const { values } = this.numbers(field)
    const [first] = values
    if (first === undefined || values.some((value) => value !== first)) {
      return this.refuse(`has no single \`${field}\` ${per}`)
    }
    return first
  }

  /** The one whole number of a field, such as a stride given for both axes. */
  whole(field: string): number {
    const value = this.uniform(field, 'for both axes')
    return Number.isInteger(value) ? value : this.refuse(`has a \`${field}\` of ${value}`)
  }

  /** The whole numbers of a shape. */
  shape(field: string): number[] {
    const { values } = this.numbers(field)
    if (values.length === 0 || values.some((size) => !Number.isSafeInteger(size) || size < 1)) {
      return this.refuse(`has a \`${field}\` that is no shape`)
    }
    return [...values]
  }

  /** Weights as float32, of this rank. */
  weights(field: string, rank: number): { shape: readonly number[]; values: Float32Array } {
    const { shape, values } = this.numbers(field)
    if (shape.length !== rank) return this.refuse(`has a \`${field}\` of shape [${shape}], not of ${rank} dimensions`)
    return { shape, values: Float32Array.from(values) }
  }
}

/** What is wrong with a graph that is a NIR graph, but not one for us. */
export function refusal(reason: string): SnnxError {
  return new SnnxError('SNX0842', `the NIR graph cannot be taken over: ${printable(reason)}`, {
    help: 'snnx takes one chain of Input, Affine, Linear, Conv2d, Flatten, AvgPool2d, SumPool2d, LIF, IF, CubaLIF (its current lasting one step) and Output',
  })
}
