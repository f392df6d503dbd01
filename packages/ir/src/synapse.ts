import type { ConvLayer, Layer, LinearLayer, Network } from './network.ts'
import { count, inferFlow, type LayerFlow } from './shape.ts'
import { listTaps, type Tap, type Window } from './window.ts'

/** The synapses of one layer with weights that lie on a path from the input to the read-out. */
export interface LayerSynapses {
  name: string
  synapses: number
}

/** One byte a unit: whether something reaches it, or it reaches something. */
type Marks = Uint8Array

/** A layer's units by channel: `each` channel is an image, and a weight joins two of them at one tap. */
interface Fabric {
  inputs: number
  outputs: number
  taps: readonly Tap[]
  /** Pixels of one channel before and behind. */
  before: number
  behind: number
}

/**
 * Counts synapses: a surviving weight counts once for each position of the output at which it meets a unit of its input (a
 * convolution's padding is none). A synapse counts only where it can matter: something must reach its source from the
 * network's input, and its target must reach the read-out, over surviving weights. Biases and batch norm's shifts connect
 * nothing. This is how UPR counts connections; counting weights instead gives another connectivity of the same network.
 *
 * @param masks surviving weights (non-zero = kept) by parameter, such as `conv1.weight`; without one all are kept
 * @returns every layer with weights, in order
 */
export function countSynapses(
  network: Network,
  masks: ReadonlyMap<string, ArrayLike<number>> = new Map(),
): LayerSynapses[] {
  const { flows } = inferFlow(network)
  const walk = new Walk(flows, masks)
  const output = walk.reach(network.layers, new Uint8Array(count(network.input)).fill(1))
  walk.serve(network.layers, new Uint8Array(output.length).fill(1))
  return flows.flatMap(({ layer }) =>
    layer.kind === 'linear' || layer.kind === 'conv' ? [{ name: layer.name, synapses: walk.synapses.get(layer)! }] : [],
  )
}

/** Forwards along what is reached, then backwards along what serves. */
class Walk {
  readonly synapses = new Map<Layer, number>()
  readonly #flows: ReadonlyMap<Layer, LayerFlow>
  readonly #masks: ReadonlyMap<string, ArrayLike<number>>
  readonly #reached = new Map<Layer, Marks>()

  constructor(flows: readonly LayerFlow[], masks: ReadonlyMap<string, ArrayLike<number>>) {
    this.#flows = new Map(flows.map((flow) => [flow.layer, flow]))
    this.#masks = masks
  }

  /** What is reached behind the layers. */
  reach(layers: readonly Layer[], input: Marks): Marks {
    return layers.reduce((marks, layer) => this.#reachOne(layer, marks), input)
  }

  /** What serves before the layers; counts the synapses of each. */
  serve(layers: readonly Layer[], output: Marks): Marks {
    return layers.reduceRight((marks, layer) => this.#serveOne(layer, marks), output)
  }

  #reachOne(layer: Layer, input: Marks): Marks {
    const flow = this.#flows.get(layer)!
    switch (layer.kind) {
      case 'linear':
      case 'conv':
        this.#reached.set(layer, input)
        return spread(fabricOf({ ...flow, layer }), this.#masks.get(`${layer.name}.weight`), input, 'forward')
      case 'residual':
        return unite(this.reach(layer.body, input), this.reach(layer.shortcut, input))
      default:
        return gather(flow, input, 'forward')
    }
  }

  #serveOne(layer: Layer, output: Marks): Marks {
    const flow = this.#flows.get(layer)!
    switch (layer.kind) {
      case 'linear':
      case 'conv': {
        const fabric = fabricOf({ ...flow, layer })
        const mask = this.#masks.get(`${layer.name}.weight`)
        this.synapses.set(layer, countJoined(fabric, mask, this.#reached.get(layer)!, output))
        return spread(fabric, mask, output, 'backward')
      }
      case 'residual':
        return unite(this.serve(layer.body, output), this.serve(layer.shortcut, output))
      default:
        return gather(flow, output, 'backward')
    }
  }
}

function fabricOf({ layer, input, output }: LayerFlow & { layer: LinearLayer | ConvLayer }): Fabric {
  if (layer.kind === 'linear') {
    const taps = listTaps({ input: [1, 1], output: [1, 1], kernel: [1, 1], stride: 1, padding: 0 })
    return { inputs: count(input), outputs: layer.features, taps, before: 1, behind: 1 }
  }
  const window = windowOf(input, output, layer.kernel, layer.stride, layer.padding)
  const [inputs, before, behind] = [input[0]!, count(input.slice(1)), count(output.slice(1))]
  return { inputs, outputs: layer.channels, taps: listTaps(window), before, behind }
}

function windowOf(
  input: readonly number[],
  output: readonly number[],
  kernel: number,
  stride: number,
  padding: number,
): Window {
  const extent = (shape: readonly number[]) => [shape[1]!, shape[2]!] as const
  return { input: extent(input), output: extent(output), kernel: [kernel, kernel], stride, padding }
}

/** Marks what is joined by a kept weight to what is marked: behind the layer (`forward`) or before it. */
function spread(
  { inputs, outputs, taps, before, behind }: Fabric,
  mask: ArrayLike<number> | undefined,
  marks: Marks,
  direction: 'forward' | 'backward',
): Marks {
  const forward = direction === 'forward'
  const [others, ownSize] = forward ? [inputs, behind] : [outputs, before]
  const own = forward ? outputs : inputs
  const otherSize = forward ? before : behind
  const found = new Uint8Array(own * ownSize)
  for (let to = 0; to < own; to++) {
    let missing = ownSize
    for (let from = 0; from < others && missing > 0; from++) {
      const weight = (forward ? to * inputs + from : from * inputs + to) * taps.length
      for (let tap = 0; tap < taps.length && missing > 0; tap++) {
        if (mask && !mask[weight + tap]) continue
        taps[tap]!.each((pixel, position) => {
          const [source, target] = forward ? [pixel, position] : [position, pixel]
          const at = to * ownSize + target
          if (!found[at] && marks[from * otherSize + source]) {
            found[at] = 1
            missing--
          }
          return missing === 0
        })
      }
    }
  }
  return found
}

/** Counts the synapses between what is reached before and what serves behind. */
function countJoined(
  { inputs, outputs, taps, before, behind }: Fabric,
  mask: ArrayLike<number> | undefined,
  reached: Marks,
  serving: Marks,
): number {
  const [sources, targets] = [countMarks(reached, before), countMarks(serving, behind)]
  if (!mask && sources.every((marks) => marks === before) && targets.every((marks) => marks === behind)) {
    return inputs * outputs * taps.reduce((sum, { pairs }) => sum + pairs, 0)
  }
  let synapses = 0
  for (let to = 0; to < outputs; to++) {
    if (targets[to] === 0) continue
    for (let from = 0; from < inputs; from++) {
      if (sources[from] === 0) continue
      const weight = (to * inputs + from) * taps.length
      const whole = sources[from] === before && targets[to] === behind
      for (let tap = 0; tap < taps.length; tap++) {
        if (mask && !mask[weight + tap]) continue
        if (whole) synapses += taps[tap]!.pairs
        else {
          taps[tap]!.each((pixel, position) => {
            synapses += reached[from * before + pixel]! & serving[to * behind + position]!
            return false
          })
        }
      }
    }
  }
  return synapses
}

/** Through a layer without weights: what each unit is made of. */
function gather({ layer, input, output }: LayerFlow, marks: Marks, direction: 'forward' | 'backward'): Marks {
  const forward = direction === 'forward'
  if (layer.kind === 'max_pool' || layer.kind === 'avg_pool') {
    const window = windowOf(input, output, layer.size, layer.stride, layer.padding)
    const [before, behind] = [count(input.slice(1)), count(output.slice(1))]
    const found = new Uint8Array(forward ? count(output) : count(input))
    for (const { each } of listTaps(window)) {
      for (let channel = 0; channel < input[0]!; channel++) {
        each((pixel, position) => {
          const [inside, outside] = [channel * before + pixel, channel * behind + position]
          if (forward) found[outside]! |= marks[inside]!
          else found[inside]! |= marks[outside]!
          return false
        })
      }
    }
    return found
  }
  const group = count(input) / count(output) // above 1 for `global_pool` and `vote`
  if (group === 1) return marks
  const found = new Uint8Array(forward ? count(output) : count(input))
  for (let unit = 0; unit < count(input); unit++) {
    const of = Math.floor(unit / group)
    if (forward) found[of]! |= marks[unit]!
    else found[unit] = marks[of]!
  }
  return found
}

function unite(one: Marks, other: Marks): Marks {
  return one.map((mark, unit) => mark | other[unit]!)
}

/** How many are marked in each channel. */
function countMarks(marks: Marks, size: number): number[] {
  return Array.from({ length: marks.length / size }, (_, channel) =>
    marks.subarray(channel * size, (channel + 1) * size).reduce((sum, mark) => sum + mark, 0),
  )
}
