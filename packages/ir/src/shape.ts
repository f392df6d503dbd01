import type { Layer, Network } from './network.ts'

/** What flows into and out of one layer. */
export interface LayerFlow {
  layer: Layer
  input: readonly number[]
  output: readonly number[]
  /** The input is the same at every step (direct coding before the first neuron), so the layer is computed once. */
  constantInput: boolean
  /** The input consists of spikes, so the layer's operations are accumulations, not multiplications. */
  binaryInput: boolean
}

/** Why a layer cannot follow the ones before it. */
export interface ShapeProblem {
  index: number
  layer: Layer
  input: readonly number[]
  reason: string
}

/** Infers every layer's shapes; stops at the first layer that does not fit and says why. */
export function inferFlow(network: Network): { flows: LayerFlow[]; problem: ShapeProblem | null } {
  const flows: LayerFlow[] = []
  let shape: readonly number[] = network.input
  let constant = true
  let binary = false
  for (const [index, layer] of network.layers.entries()) {
    const problem = (reason: string) => ({ flows, problem: { index, layer, input: shape, reason } })
    if (flows.at(-1)?.layer.kind === 'rate') return problem('nothing can follow the read-out `rate`')
    const input = shape
    if (layer.kind === 'flatten') shape = [count(shape)]
    if (layer.kind === 'linear') {
      if (shape.length !== 1) return problem('`linear` takes a flat vector; put `flatten` before it')
      shape = [layer.features]
    }
    flows.push({ layer, input, output: shape, constantInput: constant, binaryInput: binary })
    if (layer.kind === 'neuron') {
      constant = false
      binary = true
    }
    if (layer.kind === 'linear') binary = false
  }
  const last = network.layers.at(-1)!
  const end = { index: network.layers.length - 1, layer: last, input: shape }
  if (last.kind !== 'rate')
    return { flows, problem: { ...end, reason: 'the last layer must be a read-out, such as `rate`' } }
  if (!network.layers.some((layer) => layer.kind === 'neuron')) {
    return { flows, problem: { ...end, reason: 'a spiking network needs at least one neuron' } }
  }
  if (count(shape) !== network.classes) {
    return {
      flows,
      problem: { ...end, reason: `${count(shape)} outputs, but the data set has ${network.classes} classes` },
    }
  }
  return { flows, problem: null }
}

/** The number of elements of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
