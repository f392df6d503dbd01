import { type ConvLayer, inferFlow, type LayerFlow, type LinearLayer, type Network } from '@snnx/ir'
import { notEqual, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'
import { memoryOf } from '../backend/memory.ts'
import type { Observer } from '../simulate.ts'
import { countUses } from './reach.ts'

/** How often one weight of each column of a layer is reached by an input that is not zero, by layer. */
export type Uses = Map<string, Float64Array>

/** Watches simulations, and tells how often each layer's weights were reached in all of them together, over all steps. */
export function observeInputs(network: Network): { observer: Required<Pick<Observer, 'input'>>; uses(): Uses } {
  const active = new Map<string, Float64Array>()
  return {
    observer: {
      input(layer, x, constantInput) {
        const total = active.get(layer) ?? new Float64Array(x.size / unitsLead(x, network, constantInput))
        addActive(x, constantInput ? network.steps : 1, total)
        active.set(layer, total)
      },
    },
    uses: () =>
      new Map(
        listConnected(network).map((flow) => [flow.layer.name, countUses(flow, active.get(flow.layer.name)!)] as const),
      ),
  }
}

/** The layers with weights, in order. */
export function listConnected(network: Network): (LayerFlow & { layer: LinearLayer | ConvLayer })[] {
  return inferFlow(network).flows.flatMap(({ layer, ...flow }) =>
    layer.kind === 'linear' || layer.kind === 'conv' ? [{ ...flow, layer }] : [],
  )
}

/** Into how many examples and steps x falls. */
function unitsLead(x: Tensor, network: Network, constantInput: boolean): number {
  return constantInput ? x.shape[0]! : network.steps * x.shape[1]!
}

/** Adds, per input unit, how often it is not zero, `repeats` times. */
function addActive(x: Tensor, repeats: number, total: Float64Array): void {
  const units = total.length
  const spikes = memoryOf().spikes(x)
  if (!spikes) {
    const active = sum(notEqual(reshape(x, [-1, units]), 0), 0).dataSync()
    for (let unit = 0; unit < units; unit++) total[unit]! += active[unit]! * repeats
    return
  }
  const { bits, row } = spikes
  const words = Math.ceil(row / 32)
  for (let index = 0, from = 0; index < bits.length; index++) {
    const last = index % words === words - 1
    for (let word = bits[index]!; word !== 0; word &= word - 1) {
      total[(from + 31 - Math.clz32(word & -word)) % units]! += repeats
    }
    from += last ? row - 32 * (words - 1) : 32
  }
}
