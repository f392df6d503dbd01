import { count, inferFlow, type Layer, type LayerFlow, type Network, type NeuronLayer, SnnxError } from '@snnx/ir'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { affineOf } from '../layer/affine.ts'
import { floatBelow, NIR_STEP, type NirField, type NirGraph, type NirNode, type NirNumbers } from './graph.ts'

/**
 * A network with its weights as a NIR graph: a chain from `input` to `output`, its nodes named like the layers. Per step the
 * graph gives what our read-out averages over the steps (their number is in the metadata).
 *
 *     lif, plif   LIF: tau = our tau x dt, r = 1, so that forward Euler with the step dt is our charge
 *     if          IF: r = 1 / dt
 *     potentials  are written relative to the resting one, because readers begin at 0
 *     threshold   the float32 below ours: NIR's neurons fire above it, ours at it
 *     norm        folded into the layer before it; dropout is left out; vote is a Linear of means
 *
 * @param dt the step in seconds; kept in the metadata, for NIR has no place for it
 * @throws SnnxError SNX0843 naming the layer that NIR cannot hold
 */
export function exportNir(network: Network, weights: NetworkWeights, dt = NIR_STEP): NirGraph {
  const chain = new Chain()
  const { flows } = inferFlow(network)
  chain.add('input', { type: 'Input', fields: new Map([['shape', integers(flows[0]!.input)]]) })
  for (const [index, flow] of flows.entries()) {
    const following = flows[index + 1]
    const norm = following?.layer.kind === 'norm' ? following : null
    const node = translate(flow, norm, flows[index - 1]?.layer ?? null, weights, dt)
    if (node) chain.add('name' in flow.layer ? flow.layer.name : flow.layer.kind, node)
  }
  const output = flows.at(-1)!.output
  chain.add('output', { type: 'Output', fields: new Map([['shape', integers(output)]]) })
  const metadata = new Map<string, NirField>([
    ['dt', double(dt)],
    ['steps', integer(network.steps)],
    ['readout', 'mean over the steps'],
  ])
  return { nodes: chain.nodes, edges: chain.edges, metadata }
}

/** Nodes one after another, each with a name of its own. */
class Chain {
  readonly nodes = new Map<string, NirNode>()
  readonly edges: [string, string][] = []
  #last: string | null = null

  add(name: string, node: NirNode): void {
    let unique = name
    for (let ordinal = 2; this.nodes.has(unique); ordinal++) unique = `${name}_${ordinal}`
    this.nodes.set(unique, node)
    if (this.#last !== null) this.edges.push([this.#last, unique])
    this.#last = unique
  }
}

/** The layer as a node; `null` where it needs none. `norm`: the batch norm right behind it, which it takes in. */
function translate(
  { layer, input, output }: LayerFlow,
  norm: LayerFlow | null,
  before: Layer | null,
  { values }: NetworkWeights,
  dt: number,
): NirNode | null {
  switch (layer.kind) {
    case 'flatten':
      if (input.length === 1) return null
      return make('Flatten', { start_dim: integer(0), end_dim: integer(-1), input_type: integers(input) })
    case 'linear': {
      const { weight, bias } = fold(layer.name, count(input), norm, values)
      const matrix = floats(weight, [layer.features, count(input)])
      if (!bias) return make('Linear', { weight: matrix })
      return make('Affine', { weight: matrix, bias: floats(bias, [layer.features]) })
    }
    case 'conv': {
      const [channels, height, width] = input as [number, number, number]
      const { kernel, stride, padding } = layer
      const { weight, bias } = fold(layer.name, channels * kernel * kernel, norm, values)
      return make('Conv2d', {
        input_shape: integers([height, width]),
        weight: floats(weight, [layer.channels, channels, kernel, kernel]),
        bias: floats(bias ?? new Float32Array(layer.channels), [layer.channels]),
        stride: pair(stride),
        padding: pair(padding),
        dilation: pair(1),
        groups: integer(1),
      })
    }
    case 'norm':
      if (before?.kind === 'linear' || before?.kind === 'conv') return null
      return refuse(
        layer.name,
        'is no layer of NIR, and no layer with weights that could take it in is right before it',
      )
    case 'neuron':
      return translateNeuron(layer, output, values.get(`${layer.name}.decay`)?.[0] ?? null, dt)
    case 'avg_pool':
      return make('AvgPool2d', {
        kernel_size: pair(layer.size),
        stride: pair(layer.stride),
        padding: pair(layer.padding),
      })
    case 'global_pool': {
      const image = integers(input.slice(1))
      return make('AvgPool2d', { kernel_size: image, stride: image, padding: pair(0) })
    }
    case 'vote': {
      const [classes, inputs] = [layer.classes, count(input)]
      const group = inputs / classes
      const means = new Float32Array(classes * inputs)
      for (let unit = 0; unit < inputs; unit++) means[Math.floor(unit / group) * inputs + unit] = 1 / group
      return make('Linear', { weight: floats(means, [classes, inputs]) })
    }
    case 'dropout':
    case 'rate':
      return null
    case 'max_pool':
      return refuse('max_pool', 'is no layer of NIR, which has no maximum')
    case 'residual':
      return refuse('residual', 'is not written: a graph is one chain here')
  }
}

/** The layer's weights and bias, the batch norm behind it taken in: w' = scale w, b' = scale b + shift. */
function fold(
  name: string,
  fanIn: number,
  norm: LayerFlow | null,
  values: NetworkWeights['values'],
): { weight: Float32Array; bias: Float32Array | null } {
  const weight = values.get(`${name}.weight`)!
  const bias = values.get(`${name}.bias`) ?? null
  if (norm?.layer.kind !== 'norm') return { weight, bias }
  const { scale, shift } = affineOf(norm.layer, values, norm.input)
  return {
    weight: weight.map((value, index) => value * scale[Math.floor(index / fanIn)]!),
    bias: shift.map((value, output) => value + scale[output]! * (bias?.[output] ?? 0)),
  }
}

function translateNeuron(
  { name, neuron }: NeuronLayer,
  shape: readonly number[],
  logit: number | null,
  dt: number,
): NirNode {
  if (neuron.reset === 'subtract') {
    return refuse(name, "subtracts its threshold at a spike, but NIR's neurons are reset to a value")
  }
  const all = (value: number) => floats(new Float32Array(count(shape)).fill(value), shape)
  const threshold = all(floatBelow(Math.fround(neuron.threshold - neuron.resetTo)))
  if (neuron.model === 'if') return make('IF', { r: all(1 / dt), v_threshold: threshold, v_reset: all(0) })
  // `plif`: 1 / tau = sigmoid(w).
  const tau = logit === null ? neuron.tau : 1 + Math.exp(-logit)
  return make('LIF', { tau: all(tau * dt), r: all(1), v_leak: all(0), v_threshold: threshold, v_reset: all(0) })
}

function refuse(layer: string, reason: string): never {
  throw new SnnxError('SNX0843', `the network cannot be written as NIR: \`${layer}\` ${reason}`, {
    help: 'NIR has linear layers, convolutions, average pools and leaky or plain integrate-and-fire neurons that are reset to a value',
  })
}

const make = (type: string, fields: Record<string, NirField>): NirNode => ({
  type,
  fields: new Map(Object.entries(fields)),
})
const integers = (values: readonly number[]): NirNumbers => ({
  shape: [values.length],
  values: Int32Array.from(values),
})
const pair = (value: number) => integers([value, value])
const integer = (value: number): NirNumbers => ({ shape: [], values: Int32Array.of(value) })
const double = (value: number): NirNumbers => ({ shape: [], values: Float64Array.of(value) })
const floats = (values: Float32Array, shape: readonly number[]): NirNumbers => ({ shape, values })
