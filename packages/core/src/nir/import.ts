import { count, inferFlow, type Layer, type Network, type Neuron } from '@snnx/ir'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { NodeReader, refusal } from './fields.ts'
import { floatAbove, NIR_STEP, type NirGraph } from './graph.ts'

/** What a NIR graph does not say. */
export interface ImportOptions {
  /** The network's name. */
  name: string
  /** Steps of one inference: by default those of the graph's metadata, if it was written by us, else 8. */
  steps?: number
  /** The step in seconds: by default that of the metadata, else 0.1 ms. */
  dt?: number
}

const STEPS = 8

/**
 * A NIR graph as a network of ours with its weights, dense. It must be one chain from Input to Output. Per step it gives what
 * the graph gives by forward Euler with the step dt, and at the end their mean (`rate`).
 *
 * Our neurons do not scale their input, so r (and the window's size, for sums are taken as averages) is multiplied into the
 * weights and biases before them.
 *
 * @throws SnnxError SNX0842 naming the node that cannot be taken over
 */
export function importNir(graph: NirGraph, options: ImportOptions): { network: Network; weights: NetworkWeights } {
  const nodes = orderNodes(graph)
  const [first, ...rest] = nodes
  const dt = options.dt ?? singleOf(graph, 'dt') ?? NIR_STEP
  const builder = new Builder(first!.shape('shape'), dt)
  for (const node of rest) builder.add(node)
  const output = builder.finish()
  const network: Network = {
    name: options.name,
    steps: options.steps ?? singleOf(graph, 'steps') ?? STEPS,
    input: builder.input,
    classes: count(output),
    layers: builder.layers,
  }
  const { problem } = inferFlow(network)
  if (problem) throw refusal(problem.reason)
  return { network, weights: { values: builder.values, masks: new Map() } }
}

/** The nodes from Input to Output, or to the last one. */
function orderNodes({ nodes, edges }: NirGraph): NodeReader[] {
  const next = new Map<string, string>()
  const before = new Set<string>()
  const reader = (name: string) => {
    const node = nodes.get(name)
    if (!node) throw refusal(`an edge names \`${name}\`, which is no node`)
    return new NodeReader(name, node)
  }
  for (const [source, target] of edges) {
    if (next.has(source)) reader(source).refuse('leads to several nodes')
    if (before.has(target)) reader(target).refuse('is led to by several nodes')
    next.set(source, target)
    before.add(target)
  }
  const inputs = [...nodes].filter(([, { type }]) => type === 'Input')
  if (inputs.length !== 1) throw refusal(`it has ${inputs.length} nodes of type Input`)
  const chain: NodeReader[] = []
  for (let name: string | undefined = inputs[0]![0]; name !== undefined; name = next.get(name)) {
    if (chain.length > nodes.size) reader(name).refuse('comes back to itself')
    chain.push(reader(name))
  }
  const aside = [...nodes.keys()].find((name) => !chain.some((node) => node.name === name))
  if (aside !== undefined) reader(aside).refuse('is not on the chain from the input')
  return chain
}

/** A positive number of the metadata. */
function singleOf({ metadata }: NirGraph, key: string): number | undefined {
  const field = metadata.get(key)
  if (field === undefined || typeof field === 'string') return undefined
  const [value] = field.values
  return field.values.length === 1 && Number.isFinite(value) && value! > 0 ? value : undefined
}

/** Lays out layers one after another and scales their weights. */
class Builder {
  readonly input: number[]
  readonly layers: Layer[] = []
  readonly values = new Map<string, Float32Array>()
  readonly #dt: number
  #shape: number[]
  /** What the graph has here, divided by what the layers so far give. */
  #gain = 1
  /** The last layer with weights since the last neuron: what is before the next neuron can be scaled there. */
  #synapse: string | null = null
  readonly #cells: { neuron: Neuron; used: number }[] = []

  constructor(input: number[], dt: number) {
    this.input = input
    this.#shape = input
    this.#dt = dt
  }

  add(node: NodeReader): void {
    switch (node.type) {
      case 'Affine':
      case 'Linear':
        this.#addLinear(node)
        break
      case 'Conv2d':
        this.#addConvolution(node)
        break
      case 'AvgPool2d':
      case 'SumPool2d':
        this.#addPool(node)
        break
      case 'Flatten':
        this.#addFlatten(node)
        break
      case 'LIF':
      case 'CubaLIF':
      case 'IF':
        this.#addNeuron(node)
        break
      case 'Output':
        this.#close(node)
        break
      default:
        node.refuse('is of a type that snnx does not have')
    }
  }

  /** Ends the network with the mean over the steps; returns what it makes. */
  finish(): number[] {
    if (this.#gain !== 1) throw refusal('it ends with a sum over windows')
    // A vector stays one, and images of as many pixels become one.
    if (this.input.length === 1 && this.layers[0]?.kind === 'linear') this.layers.unshift({ kind: 'flatten' })
    for (const layer of this.layers) if (layer.kind === 'neuron') layer.name = this.#rename(layer.name)
    this.layers.push({ kind: 'rate' })
    return this.#shape
  }

  #addLinear(node: NodeReader): void {
    const { shape, values } = node.weights('weight', 2)
    const [outputs, inputs] = shape as [number, number]
    if (this.#shape.length !== 1 || this.#shape[0] !== inputs) {
      node.refuse(`takes ${inputs} inputs, but is given [${this.#shape}]`)
    }
    const bias = node.type === 'Affine' ? node.weights('bias', 1).values : null
    if (bias && bias.length !== outputs) node.refuse(`has ${bias.length} biases for ${outputs} outputs`)
    const name = this.#nameLayer('linear')
    this.layers.push({ kind: 'linear', name, features: outputs, bias: bias !== null })
    this.#keep(name, values, bias)
    this.#shape = [outputs]
  }

  #addConvolution(node: NodeReader): void {
    const { shape, values } = node.weights('weight', 4)
    const [channels, inputs, rows, columns] = shape as [number, number, number, number]
    if (node.whole('groups') !== 1) node.refuse('has several groups')
    if (node.whole('dilation') !== 1) node.refuse('is dilated')
    if (rows !== columns) node.refuse(`has a kernel of ${rows} x ${columns}, which is not square`)
    if (this.#shape.length !== 3 || this.#shape[0] !== inputs) {
      node.refuse(`takes images of ${inputs} channels, but is given [${this.#shape}]`)
    }
    const stride = node.whole('stride')
    const padding = this.#paddingOf(node, rows, stride)
    const { values: bias } = node.weights('bias', 1)
    if (bias.length !== channels) node.refuse(`has ${bias.length} biases for ${channels} channels`)
    const name = this.#nameLayer('conv')
    // NIR has no convolution without biases; zeros stand for none.
    const isBiased = bias.some((value) => value !== 0)
    this.#put(node, { kind: 'conv', name, channels, kernel: rows, stride, padding, bias: isBiased })
    this.#keep(name, values, isBiased ? bias : null)
  }

  #paddingOf(node: NodeReader, kernel: number, stride: number): number {
    const word = node.text('padding')
    if (word === null) return node.whole('padding')
    if (word === 'valid') return 0
    if (word === 'same' && stride === 1 && kernel % 2 === 1) return (kernel - 1) / 2
    return node.refuse(`has the padding ${JSON.stringify(word)}`)
  }

  #addPool(node: NodeReader): void {
    const size = node.whole('kernel_size')
    const stride = node.whole('stride')
    const padding = node.whole('padding')
    if (this.#shape.length !== 3) node.refuse(`takes images, but is given [${this.#shape}]`)
    this.#put(node, { kind: 'avg_pool', size, stride, padding })
    if (node.type === 'SumPool2d') this.#gain *= size * size
  }

  #addFlatten(node: NodeReader): void {
    const last = node.whole('end_dim')
    if (node.whole('start_dim') !== 0 || (last !== -1 && last !== this.#shape.length - 1)) {
      node.refuse('flattens some dimensions only')
    }
    if (this.#shape.length > 1) this.#put(node, { kind: 'flatten' })
  }

  #addNeuron(node: NodeReader): void {
    const spiking = this.#readNeuron(node)
    this.#scale(node, spiking.factor * this.#gain)
    const known = this.#cells.find(({ neuron }) => JSON.stringify(neuron) === JSON.stringify(spiking.neuron))
    const cell = known ?? { neuron: spiking.neuron, used: 0 }
    if (!known) this.#cells.push(cell)
    cell.used++
    const block = this.#cells.indexOf(cell)
    this.layers.push({ kind: 'neuron', name: `${block}:${cell.used}`, neuron: spiking.neuron })
    this.#synapse = null
  }

  /** The neuron as ours, and by what it multiplies its input. */
  #readNeuron(node: NodeReader): { neuron: Neuron; factor: number } {
    const size = count(this.#shape)
    const fields = ['tau', 'tau_mem', 'tau_syn', 'r', 'w_in', 'v_leak', 'v_threshold', 'v_reset']
    for (const field of fields.filter((of) => node.has(of))) {
      const { length } = node.numbers(field).values
      if (length !== size && length !== 1) node.refuse(`has ${length} values of \`${field}\` for ${size} neurons`)
    }
    const reset = node.has('v_reset') ? node.uniform('v_reset') : 0
    if (node.type !== 'IF' && node.uniform('v_leak') !== reset) {
      node.refuse('rests at another potential than it is reset to')
    }
    const threshold = floatAbove(Math.fround(node.uniform('v_threshold') - reset))
    if (threshold <= 0) node.refuse('has a threshold that is not above its resting potential')
    const common = {
      threshold,
      resetTo: 0, // potentials are counted from the resting one
      reset: 'zero',
      detach: true,
      surrogate: { kind: 'atan', alpha: 2 },
    } as const
    const r = node.uniform('r')
    if (node.type === 'IF') return { neuron: { model: 'if', tau: 1, ...common }, factor: settle(this.#dt * r) }
    const tau = settle(node.uniform(node.type === 'LIF' ? 'tau' : 'tau_mem') / this.#dt)
    if (!(tau >= 1)) node.refuse(`has a time constant of ${tau} steps, which is less than one`)
    const neuron: Neuron = { model: 'lif', tau, ...common }
    if (node.type === 'LIF') return { neuron, factor: r }
    const synaptic = settle(node.uniform('tau_syn') / this.#dt)
    // I += dt / tau_syn (w_in S - I): of one step, nothing of the old current is left.
    if (synaptic !== 1) node.refuse(`has a synaptic current that decays over ${synaptic} steps, which ours have not`)
    return { neuron, factor: r * (node.has('w_in') ? node.uniform('w_in') : 1) }
  }

  /** Multiplies what the next neuron is given. */
  #scale(node: NodeReader, factor: number): void {
    if (factor !== 1) {
      if (this.#synapse === null) node.refuse(`multiplies its input by ${factor}, but no weights before it can`)
      for (const part of ['weight', 'bias']) {
        const values = this.values.get(`${this.#synapse}.${part}`)
        values?.forEach((value, index) => {
          values[index] = value * factor
        })
      }
    }
    this.#gain = 1
  }

  #close(node: NodeReader): void {
    const shape = node.shape('shape')
    if (count(shape) !== count(this.#shape)) node.refuse(`is of shape [${shape}], but is given [${this.#shape}]`)
    if (this.#gain !== 1) this.#scale(node, this.#gain)
  }

  /** Adds a layer that changes the shape. */
  #put(node: NodeReader, layer: Layer): void {
    const probe = { name: 'probe', steps: 1, input: this.#shape, classes: 1, layers: [layer] }
    const { flows, problem } = inferFlow(probe)
    const flow = flows[0]
    if (!flow) node.refuse(problem!.reason)
    this.layers.push(layer)
    this.#shape = [...flow!.output]
  }

  #keep(name: string, weights: Float32Array, bias: Float32Array | null): void {
    this.values.set(`${name}.weight`, this.#gain === 1 ? weights : weights.map((value) => value * this.#gain))
    if (bias) this.values.set(`${name}.bias`, bias)
    this.#gain = 1
    this.#synapse = name
  }

  #nameLayer(kind: 'linear' | 'conv'): string {
    return `${kind}${1 + this.layers.filter((layer) => layer.kind === kind).length}`
  }

  /** `cell1`, `cell2` where all neurons are alike; else `cell_a1`, `cell_b1`, ... by kind. */
  #rename(name: string): string {
    const [block, ordinal] = name.split(':').map(Number) as [number, number]
    if (this.#cells.length === 1) return `cell${ordinal}`
    let letters = ''
    for (let rest = block; rest >= 0; rest = Math.floor(rest / 26) - 1) {
      letters = String.fromCharCode(97 + (rest % 26)) + letters
    }
    return `cell_${letters}${ordinal}`
  }
}

/**
 * A quotient of float32s that was a short decimal before it was stored: within their precision it is that again, so that a
 * tau of 4 steps does not come back as 3.9999999.
 */
function settle(value: number): number {
  const short = Number(value.toPrecision(6))
  return Math.abs(short - value) <= Math.abs(value) * 2 ** -22 ? short : value
}
