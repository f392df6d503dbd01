import { count, createRandom, inferFlow, type Network } from '@snnx/ir'
import { sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'

/** Tensors by name, in the order of the network: `linear1.weight` `[outputs, inputs]`, `linear1.bias`, `cell1.decay`. */
export type Tensors = Map<string, Tensor>

/** One trainable tensor of a network. */
export interface ParameterShape {
  name: string
  layer: string
  kind: 'weight' | 'bias' | 'decay'
  shape: number[]
}

/** What a network learns, in order: weights and biases of linear layers, the decay's logit of `plif` neurons. */
export function listParameters(network: Network): ParameterShape[] {
  return inferFlow(network).flows.flatMap(({ layer, input }): ParameterShape[] => {
    if (layer.kind === 'linear') {
      const weight: ParameterShape = {
        name: `${layer.name}.weight`,
        layer: layer.name,
        kind: 'weight',
        shape: [layer.features, count(input)],
      }
      const bias: ParameterShape = {
        name: `${layer.name}.bias`,
        layer: layer.name,
        kind: 'bias',
        shape: [layer.features],
      }
      return layer.bias ? [weight, bias] : [weight]
    }
    if (layer.kind === 'neuron' && layer.neuron.model === 'plif') {
      return [{ name: `${layer.name}.decay`, layer: layer.name, kind: 'decay', shape: [] }]
    }
    return []
  })
}

/**
 * Fresh parameters, each drawn from its own stream of the seed: weights and biases uniform in +-1/sqrt(inputs) (PyTorch's
 * default, Kaiming with a = sqrt 5); a `plif` decay starts at w = -ln(tau - 1), so that 1/sigmoid(w) = tau.
 */
export function initialiseParameters(network: Network, seed: number): Tensors {
  const fanIn = new Map<string, number>()
  const neurons = new Map(
    network.layers.flatMap((layer) => (layer.kind === 'neuron' ? [[layer.name, layer.neuron]] : [])),
  )
  return new Map(
    listParameters(network).map(({ name, layer, kind, shape }) => {
      if (kind === 'decay') return [name, tensor(-Math.log(neurons.get(layer)!.tau - 1), shape)]
      if (kind === 'weight') fanIn.set(layer, count(shape.slice(1)))
      const bound = 1 / Math.sqrt(fanIn.get(layer)!)
      const random = createRandom(seed, 'initial', name)
      const values = Float32Array.from({ length: count(shape) }, () => (2 * random.uniform() - 1) * bound)
      return [name, tensor(values, shape)]
    }),
  )
}

/** The first tensor with a value that is not a finite number, or null. */
export function findBroken(tensors: Tensors): string | null {
  for (const [name, held] of tensors) {
    if (!Number.isFinite(tidy(() => sum(held).dataSync()[0]!))) return name
  }
  return null
}

/** Disposes every tensor of a set. */
export function disposeTensors(tensors: Iterable<[string, Tensor]> | null | undefined): void {
  for (const [, held] of tensors ?? []) held.dispose()
}

/** A set that shares the same numbers but is disposed on its own. */
export function cloneTensors(tensors: Tensors): Tensors {
  return new Map([...tensors].map(([name, held]) => [name, held.clone()]))
}
