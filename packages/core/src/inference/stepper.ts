import { count, type Layer, type LayerFlow, mapFlows, type Network, type NeuronLayer } from '@snnx/ir'
import type { Kernels } from '@snnx/kernels'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { decayOf } from '../kernel/fire.ts'
import { affineOf } from '../layer/affine.ts'
import { poolImages } from '../layer/pool.ts'
import { geometryOf, type Synapse } from '../layer/synapse.ts'

const f = Math.fround

/** What a step passes by. The arrays are valid during the call only. */
export interface StepObserver {
  /** One call of a layer with weights. @param x `[batch, ...input]` */
  call?(flow: Synapse['flow'], x: Float32Array): void
  /** One step of a layer of neurons. @param membrane before the reset; @param spikes both `[batch, ...]` */
  fired?(layer: NeuronLayer, membrane: Float32Array, spikes: Float32Array): void
}

/**
 * Runs a network one step at a time, as frameworks do that call every layer at every step, so that the input may change
 * from step to step and the membrane can be seen. It keeps each neuron's potential between steps; the engine, which
 * computes all steps of a layer at once, is many times faster and gives the same spikes.
 */
export class Stepper {
  readonly #network: Network
  readonly #values: ReadonlyMap<string, Float32Array>
  readonly #kernels: Kernels
  readonly #flows: ReadonlyMap<Layer, LayerFlow>
  readonly #potentials = new Map<Layer, Float32Array>()

  constructor(network: Network, { values }: NetworkWeights, kernels: Kernels) {
    this.#network = network
    this.#values = values
    this.#kernels = kernels
    this.#flows = mapFlows(network)
  }

  /** Forgets all potentials: the next step is the first of a new sequence. */
  reset(): void {
    this.#potentials.clear()
  }

  /**
   * One step of a batch.
   *
   * @param x `[batch, ...input]`; all steps of a sequence have the same batch
   * @returns what the read-out gets at this step, `[batch, classes]`: the network's output is its mean over the steps
   */
  step(x: Float32Array, batch: number, observer: StepObserver = {}): Float32Array {
    return this.#through(this.#network.layers, x, batch, observer)
  }

  #through(layers: readonly Layer[], x: Float32Array, batch: number, observer: StepObserver): Float32Array {
    return layers.reduce((value, layer) => this.#apply(layer, value, batch, observer), x)
  }

  #apply(layer: Layer, x: Float32Array, batch: number, observer: StepObserver): Float32Array {
    const flow = this.#flows.get(layer)!
    switch (layer.kind) {
      case 'flatten':
      case 'dropout':
      case 'rate':
        return x
      case 'linear':
      case 'conv':
        observer.call?.(flow as Synapse['flow'], x)
        return this.#connect(flow as Synapse['flow'], x, batch)
      case 'norm': {
        const y = new Float32Array(x.length)
        this.#kernels.affine(x, affineOf(layer, this.#values, flow.input), y)
        return y
      }
      case 'neuron':
        return this.#fire(layer, x, observer)
      case 'max_pool':
      case 'avg_pool': {
        const { pooling } = poolImages(layer, flow.input, batch)
        const y = new Float32Array(batch * count(flow.output))
        if (layer.kind === 'max_pool') this.#kernels.maxPool(pooling, x, y)
        else this.#kernels.averagePool(pooling, x, y)
        return y
      }
      case 'global_pool':
      case 'vote':
        return averageGroups(x, count(flow.input) / count(flow.output))
      case 'residual': {
        const branches = [layer.body, layer.shortcut].map((branch) => this.#through(branch, x, batch, observer))
        return Float32Array.from(branches[0]!, (value, index) => value + branches[1]![index]!)
      }
    }
  }

  #connect(flow: Synapse['flow'], x: Float32Array, batch: number): Float32Array {
    const { name } = flow.layer
    const y = new Float32Array(batch * count(flow.output))
    this.#kernels.denseForward(geometryOf(flow, batch), false, x, this.#values.get(`${name}.weight`)!, y)
    const bias = this.#values.get(`${name}.bias`)
    if (!bias) return y
    const inner = count(flow.output) / bias.length
    return y.map((value, index) => value + bias[Math.floor(index / inner) % bias.length]!)
  }

  /** Charge, fire, reset: see `NeuronSchema`. Rounds where the kernels round. */
  #fire(layer: NeuronLayer, x: Float32Array, observer: StepObserver): Float32Array {
    const { neuron } = layer
    const [rest, tau, threshold] = [f(neuron.resetTo), f(neuron.tau), f(neuron.threshold)]
    const decay = decayOf(neuron, this.#values.get(`${layer.name}.decay`)?.[0] ?? null)
    const potential = this.#potentials.get(layer) ?? new Float32Array(x.length).fill(rest)
    this.#potentials.set(layer, potential)
    const membrane = new Float32Array(x.length)
    const spikes = new Float32Array(x.length)
    for (let unit = 0; unit < x.length; unit++) {
      const before = potential[unit]!
      const pull = f(x[unit]! - f(before - rest))
      if (neuron.model === 'if') membrane[unit] = before + x[unit]!
      else membrane[unit] = before + f(neuron.model === 'lif' ? pull / tau : pull * decay)
      const charged = membrane[unit]!
      const spike = Number(charged >= threshold)
      spikes[unit] = spike
      if (neuron.reset === 'zero') potential[unit] = spike ? rest : charged
      else potential[unit] = charged - threshold * spike
    }
    observer.fired?.(layer, membrane, spikes)
    return spikes
  }
}

/** The mean of each group of `size` neighbours. */
function averageGroups(x: Float32Array, size: number): Float32Array {
  return Float32Array.from({ length: x.length / size }, (_, group) => {
    let sum = 0
    for (let index = group * size; index < (group + 1) * size; index++) sum += x[index]!
    return sum / size
  })
}
