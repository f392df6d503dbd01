import { inferFlow, type Layer, type LayerFlow, type Network, type NormLayer } from '@snnx/ir'
import { add, mean, type Tensor } from '@tensorflow/tfjs-core'
import { Picks } from './kernel/picks.ts'
import { applyDropout, type Draw } from './layer/dropout.ts'
import { fireNeurons } from './layer/neuron.ts'
import {
  type Moments,
  measureMoments,
  normalise,
  type PreparedNorm,
  prepareNorm,
  runningMoments,
} from './layer/norm.ts'
import { applyPool } from './layer/pool.ts'
import { averageSteps } from './layer/rate.ts'
import { reshape } from './layer/reshape.ts'
import { applySynapse, type Synapse } from './layer/synapse.ts'
import type { Masking } from './mask.ts'
import type { Tensors } from './parameters.ts'

/** A network's numbers: what it has learned, and which of its connections there are. */
export interface Model {
  parameters: Tensors
  /** `null` while the network is dense. */
  masking: Masking | null
}

/** What the simulation passes by: the input of a layer with weights, or the spikes of a layer of neurons. */
export interface Observer {
  /** @param x `[steps, batch, ...]`, or `[batch, ...]` when the input is constant over time */
  input?(layer: string, x: Tensor, constantInput: boolean): void
  /** @param spikes `[steps, batch, ...]` */
  spikes?(layer: string, spikes: Tensor): void
}

/** What only training has: dropout's choices, and the batch's own moments, which are told. */
export interface Training {
  draw: Draw
  moments(layer: NormLayer, of: Moments): void
  /**
   * Takes a weight's gradient as soon as it is known and nothing needs the weight any more, so that it need not be kept
   * until all are known; the gradient that is returned for it is then nothing. Layers that cannot, do not.
   */
  learn?(name: string, gradient: Tensor): void
}

/** How a simulation is run. */
export interface SimulateOptions {
  observer?: Observer
  training?: Training
  picks?: Picks
}

/**
 * Runs a network over all its steps, layer by layer: each layer sees all steps at once, and one whose input is constant
 * over time (before the first neuron) is computed once. Differentiable in the model's parameters.
 *
 * @param x one batch of images, `[batch, ...input]`, or of frames, `[steps, batch, ...input]`; stays the caller's
 * @returns the read-out `[batch, classes]`: the mean over steps
 */
export function simulate(network: Network, model: Model, x: Tensor, options: SimulateOptions = {}): Tensor {
  const { flows } = inferFlow(network)
  return new Simulation(network, model, x, flows, options).run(network.layers, x)
}

/** One run over the layers; what a layer made is freed as soon as the next has used it. */
class Simulation {
  readonly #network: Network
  readonly #model: Model
  readonly #data: Tensor
  readonly #flows: ReadonlyMap<Layer, LayerFlow>
  readonly #options: SimulateOptions
  readonly #picks: Picks

  constructor(network: Network, model: Model, data: Tensor, flows: readonly LayerFlow[], options: SimulateOptions) {
    this.#network = network
    this.#model = model
    this.#data = data
    this.#flows = new Map(flows.map((flow) => [flow.layer, flow]))
    this.#options = options
    this.#picks = options.picks ?? new Picks()
  }

  /** Runs `layers` one after another; `input` is kept. */
  run(layers: readonly Layer[], input: Tensor): Tensor {
    let value = input
    for (let index = 0; index < layers.length; index++) {
      const layer = layers[index]!
      const next = layers[index + 1]
      const previous = value
      if (layer.kind === 'norm' && next?.kind === 'neuron') {
        value = this.#fire(next, previous, this.#prepare(layer, previous), this.#flows.get(layer)!)
        index++
      } else value = this.#apply(layer, previous)
      if (previous !== input && previous !== value) previous.dispose()
    }
    return value
  }

  #apply(layer: Layer, value: Tensor): Tensor {
    const flow = this.#flows.get(layer)!
    const { constantInput } = flow
    switch (layer.kind) {
      case 'flatten':
        return reshape(value, [...this.#leading(flow), ...flow.output])
      case 'linear':
      case 'conv':
        return this.#connect(flow as Synapse['flow'], this.#shaped(flow, value))
      case 'norm':
        return normalise(this.#prepare(layer, value), value)
      case 'neuron':
        return this.#fire(layer, value, null, flow)
      case 'max_pool':
      case 'avg_pool':
        return applyPool(layer, this.#shaped(flow, value))
      case 'global_pool':
        return mean(this.#shaped(flow, value), [-2, -1], true)
      case 'dropout': {
        const { training } = this.#options
        return training ? applyDropout(layer, flow.input, value, training.draw, constantInput) : value
      }
      case 'residual':
        return this.#join(layer, value)
      case 'vote':
        return mean(reshape(value, [...this.#leading(flow), layer.classes, -1]), -1)
      case 'rate':
        return constantInput ? value : averageSteps(value)
    }
  }

  #connect(flow: Synapse['flow'], value: Tensor): Tensor {
    const { name } = flow.layer
    const { parameters, masking } = this.#model
    this.#options.observer?.input?.(name, value, flow.constantInput)
    const weight = parameters.get(`${name}.weight`)!
    const bias = parameters.get(`${name}.bias`) ?? null
    const isData = value.dataId === this.#data.dataId
    const learn = this.#options.training?.learn
    const synapse = { flow, weight, bias, masking, picks: this.#picks, ...(learn ? { learn } : {}) }
    return applySynapse(synapse, value, isData)
  }

  #fire(layer: Extract<Layer, { kind: 'neuron' }>, x: Tensor, norm: PreparedNorm | null, flow: LayerFlow): Tensor {
    const logit = this.#model.parameters.get(`${layer.name}.decay`) ?? null
    const spikes = fireNeurons(layer.neuron, this.#network.steps, x, logit, flow.constantInput, norm)
    this.#options.observer?.spikes?.(layer.name, spikes)
    return spikes
  }

  #prepare(layer: NormLayer, x: Tensor): PreparedNorm {
    const { input } = this.#flows.get(layer)!
    const { parameters } = this.#model
    const { training } = this.#options
    if (!training) return prepareNorm(layer, parameters, input, runningMoments(parameters, layer.name))
    const inner = input.slice(1).reduce((product, size) => product * size, 1)
    const moments = measureMoments(x, input[0]!, inner)
    training.moments(layer, moments)
    return prepareNorm(layer, parameters, input, moments)
  }

  #join({ body, shortcut }: Extract<Layer, { kind: 'residual' }>, value: Tensor): Tensor {
    const [a, b] = [this.run(body, value), this.run(shortcut, value)]
    // A branch may leave a constant as it is, while the other has steps: it is repeated by the addition.
    const sum = add(a, b)
    for (const branch of [a, b]) if (branch !== value) branch.dispose()
    return sum
  }

  /** The value in the shape that the layer sees: an image without channels gets one. */
  #shaped(flow: LayerFlow, value: Tensor): Tensor {
    const shape = [...this.#leading(flow), ...flow.input]
    return shape.length === value.rank ? value : reshape(value, shape)
  }

  #leading({ constantInput }: LayerFlow): number[] {
    const batch = this.#data.shape[this.#network.changing ? 1 : 0]!
    return constantInput ? [batch] : [this.#network.steps, batch]
  }
}
