import { inferFlow, type Layer, type Network, type NeuronLayer } from '@snnx/ir'

/** A rate is met when it is as near as this, relatively. */
const TOLERANCE = 0.01
/** Halvings of the interval: more change nothing in single precision. */
const HALVINGS = 24

/** What `setThresholds` needs to know of a network's numbers. */
export interface Probe {
  /** What these layers make of the batch. */
  forward(layers: readonly Layer[]): Float32Array
  /** Spikes per neuron and step of a layer that gets this input. */
  fire(layer: NeuronLayer, input: Float32Array): number
}

/**
 * Sets the threshold of each layer of neurons, one after the other, so that it fires at `rate`.
 * @throws RangeError when a layer gets no positive input: it would never fire
 */
export function setThresholds(network: Network, rate: number, { forward, fire }: Probe): Network {
  let layers: readonly Layer[] = network.layers
  for (const { layer } of inferFlow(network).flows) {
    if (layer.kind !== 'neuron') continue
    const input = forward(layersBefore(layers, layer.name)!)
    const highest = input.reduce((most, value) => Math.max(most, value), 0)
    if (highest === 0) throw new RangeError(`\`${layer.name}\` gets no positive input`)
    const at = (threshold: number): NeuronLayer => ({ ...layer, neuron: { ...layer.neuron, threshold } })
    const { threshold } = at(bisect((of) => fire(at(of), input), rate, highest)).neuron
    layers = replaceThreshold(layers, layer.name, threshold)
  }
  return { ...network, layers: [...layers] }
}

/** A threshold in (0, highest) at which a rate that falls with it is `target`, or as near as halving comes. */
export function bisect(rateAt: (threshold: number) => number, target: number, highest: number): number {
  let [low, high] = [0, highest]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2
    const rate = rateAt(middle)
    if (Math.abs(rate - target) <= TOLERANCE * target) return middle
    if (rate > target) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The layers through which data comes to a named one; of a residual block the branch that it is in. */
export function layersBefore(layers: readonly Layer[], name: string): Layer[] | null {
  for (const [index, layer] of layers.entries()) {
    const before = layers.slice(0, index)
    if ('name' in layer && layer.name === name) return before
    if (layer.kind !== 'residual') continue
    const inside = layersBefore(layer.body, name) ?? layersBefore(layer.shortcut, name)
    if (inside) return [...before, ...inside]
  }
  return null
}

function replaceThreshold(layers: readonly Layer[], name: string, threshold: number): Layer[] {
  return layers.map((layer): Layer => {
    if (layer.kind === 'residual') {
      const within = (branch: readonly Layer[]) => replaceThreshold(branch, name, threshold)
      return { ...layer, body: within(layer.body), shortcut: within(layer.shortcut) }
    }
    if (layer.kind !== 'neuron' || layer.name !== name) return layer
    return { ...layer, neuron: { ...layer.neuron, threshold } }
  })
}
