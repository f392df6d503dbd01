import { count, createRandom, inferFlow, type Network } from '@snnx/ir'
import { fill, keep, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { makeTensor } from './backend/memory.ts'

/**
 * Tensors by name, in the order of the network: `linear1.weight` `[outputs, inputs]`, `conv1.weight` `[outputs, inputs,
 * kernel, kernel]`, `linear1.bias`, `norm1.weight` (its scale), `norm1.bias` (its shift), `norm1.mean` and `norm1.variance`
 * (its running statistics), `cell1.decay`.
 */
export type Tensors = Map<string, Tensor>

/** One tensor that a network keeps; a `statistic` is measured in training, all others are learned. */
export interface ParameterShape {
  name: string
  layer: string
  kind: 'weight' | 'bias' | 'scale' | 'shift' | 'statistic' | 'decay'
  shape: number[]
}

/** What a network keeps, in order: weights and biases, batch norm's parameters, the decay's logit of `plif` neurons. */
export function listParameters(network: Network): ParameterShape[] {
  return inferFlow(network).flows.flatMap(({ layer, input }): ParameterShape[] => {
    const of = (name: string, kind: ParameterShape['kind'], shape: number[]): ParameterShape => {
      const layerName = (layer as { name: string }).name
      return { name: `${layerName}.${name}`, layer: layerName, kind, shape }
    }
    if (layer.kind === 'linear' || layer.kind === 'conv') {
      const outputs = layer.kind === 'linear' ? layer.features : layer.channels
      const inputs = layer.kind === 'linear' ? [count(input)] : [input[0]!, layer.kernel, layer.kernel]
      const weight = of('weight', 'weight', [outputs, ...inputs])
      return layer.bias ? [weight, of('bias', 'bias', [outputs])] : [weight]
    }
    if (layer.kind === 'norm') {
      const shape = [input[0]!]
      return [
        of('weight', 'scale', shape),
        of('bias', 'shift', shape),
        of('mean', 'statistic', shape),
        of('variance', 'statistic', shape),
      ]
    }
    return layer.kind === 'neuron' && layer.neuron.model === 'plif' ? [of('decay', 'decay', [])] : []
  })
}

/**
 * Fresh parameters, each drawn from its own stream of the seed: weights and biases uniform in +-1/sqrt(inputs) (PyTorch's
 * default, Kaiming with a = sqrt 5); batch norm at scale 1, shift 0 and the statistics of N(0, 1); a `plif` decay starts at
 * w = -ln(tau - 1), so that 1/sigmoid(w) = tau.
 */
export function initialiseParameters(network: Network, seed: number): Tensors {
  const fanIn = new Map<string, number>()
  const neurons = new Map(
    inferFlow(network).flows.flatMap(({ layer }) => (layer.kind === 'neuron' ? [[layer.name, layer.neuron]] : [])),
  )
  return new Map(
    listParameters(network).map(({ name, layer, kind, shape }) => {
      if (kind === 'decay') return [name, tensor(-Math.log(neurons.get(layer)!.tau - 1), shape)]
      if (kind === 'scale' || kind === 'shift' || kind === 'statistic') {
        return [name, fill(shape, kind === 'scale' || name.endsWith('.variance') ? 1 : 0)]
      }
      if (kind === 'weight') fanIn.set(layer, count(shape.slice(1)))
      const bound = 1 / Math.sqrt(fanIn.get(layer)!)
      const random = createRandom(seed, 'initial', name)
      const draw = (values: Float32Array) => {
        for (let index = 0; index < values.length; index++) values[index] = (2 * random.uniform() - 1) * bound
      }
      return [name, makeTensor(shape, draw)]
    }),
  )
}

/** The names of what a network learns: all but running statistics. */
export function listLearned(network: Network): string[] {
  return listParameters(network).flatMap(({ name, kind }) => (kind === 'statistic' ? [] : [name]))
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

/** Puts a tensor in the place of the one that a set has under this name, if any, which is disposed. It outlives any `tidy`. */
export function replaceTensor(tensors: Tensors, name: string, next: Tensor): void {
  tensors.get(name)?.dispose()
  tensors.set(name, keep(next))
}

/** A tensor's numbers, not to be written to: they may be the tensor's own. */
export function readValues(held: Tensor): Float32Array {
  return held.dataSync() as Float32Array
}

/** New numbers, one for each index: a plain loop, several times as fast as `map` of a typed array. */
export function computeValues(length: number, value: (index: number) => number): Float32Array {
  const values = new Float32Array(length)
  for (let index = 0; index < length; index++) values[index] = value(index)
  return values
}
