import { count, type Network, printable, SnnxError, type Taken } from '@snnx/ir'
import { listParameters, type ParameterShape } from '../parameters.ts'
import { type Kind, listModules, type Module } from './modules.ts'
import type { StoredTensor } from './safetensors.ts'

/** One layer's tensors as the network names them. */
interface Slot {
  kind: Kind
  layer: string
  parameters: ParameterShape[]
}

/** What does not agree, and how to mend it. */
type Fail = (message: string, help?: string) => never

const KINDS: Readonly<Record<Kind, readonly [one: string, many: string]>> = {
  conv: ['convolution', 'convolutions'],
  linear: ['linear layer', 'linear layers'],
  norm: ['batch norm', 'batch norms'],
  neuron: ['neuron with a learned time constant', 'neurons with learned time constants'],
}
/** What torch and SpikingJelly call the tensors of a layer, by what they are called here. */
const FOREIGN: Readonly<Record<string, string>> = { mean: 'running_mean', variance: 'running_var', decay: 'w' }
const HELP =
  'make the network as the file has it; where its names are not in the order of the data, number its modules before it is saved (`000.conv1.weight`, `001.bn1.weight`, ...)'

/**
 * Finds the tensor of a file for each of a network's. The file's modules of each kind (convolution, linear layer, batch
 * norm, neuron with a learned time constant) are taken in the natural order of their names, one for each layer of that kind
 * in the order of the network, a block's body before its shortcut; all shapes must agree, and nothing may be left over.
 *
 * @param source what the file is called in errors
 * @throws SnnxError SNX0804 the first tensor that does not agree, on either side
 */
export function mapTensors(
  network: Network,
  stored: ReadonlyMap<string, StoredTensor>,
  source: string,
): { tensors: Taken[]; unused: string[] } {
  const { modules, unused, strange } = listModules(stored)
  const fail: Fail = (message, help = HELP) => {
    throw new SnnxError('SNX0804', `${source} does not fit network \`${network.name}\`: ${printable(message)}`, {
      help,
    })
  }
  const waiting = new Map<Kind, Module[]>()
  for (const module of modules) waiting.set(module.kind, [...(waiting.get(module.kind) ?? []), module])
  const taken = new Map<Kind, number>()
  const tensors: Taken[] = []
  for (const slot of listSlots(network)) {
    const ordinal = (taken.get(slot.kind) ?? 0) + 1
    const module = waiting.get(slot.kind)?.[ordinal - 1]
    if (module === undefined) {
      return fail(`${show(slot.parameters[0]!)} is left without a tensor: the file has ${size(ordinal - 1, slot.kind)}`)
    }
    tensors.push(...takeModule(slot, module, ordinal, fail))
    taken.set(slot.kind, ordinal)
  }
  const surplus = modules.find((module) => waiting.get(module.kind)!.indexOf(module) >= (taken.get(module.kind) ?? 0))
  if (surplus !== undefined) {
    const [first] = surplus.tensors.values()
    fail(`${show(first!)} is left over: the network has ${size(taken.get(surplus.kind) ?? 0, surplus.kind)}`)
  }
  const [odd] = strange
  if (odd !== undefined) fail(`${show(odd)} belongs to no layer that there is here`)
  return { tensors, unused }
}

/** The layers that keep something, in order. */
function listSlots(network: Network): Slot[] {
  const slots: Slot[] = []
  for (const parameter of listParameters(network)) {
    const last = slots.at(-1)
    if (last?.layer === parameter.layer) last.parameters.push(parameter)
    else slots.push({ kind: kindOf(parameter), layer: parameter.layer, parameters: [parameter] })
  }
  return slots
}

function kindOf({ kind, shape }: ParameterShape): Kind {
  if (kind === 'weight') return shape.length === 4 ? 'conv' : 'linear'
  return kind === 'decay' ? 'neuron' : 'norm'
}

/** Which of the module's tensors each of the layer's is, by its last name. */
function takeModule({ layer, kind, parameters }: Slot, module: Module, ordinal: number, fail: Fail): Taken[] {
  const used = new Set<string>()
  const pairs = parameters.map((parameter): Taken => {
    const own = parameter.name.slice(layer.length + 1)
    const last = FOREIGN[own] ?? own
    used.add(last)
    const held = module.tensors.get(last)
    if (held === undefined) return fail(`${show(parameter)} has no counterpart: \`${module.name}\` has no \`${last}\``)
    // One number is one number, be it a vector or not.
    const agrees = String(held.shape) === String(parameter.shape) || (kind === 'neuron' && count(held.shape) === 1)
    if (!agrees) fail(`${show(parameter)} meets ${show(held)} (${KINDS[kind][0]} ${ordinal} of the file)`)
    return { from: held.name, to: parameter.name, shape: held.shape }
  })
  for (const [last, held] of module.tensors) {
    if (used.has(last)) continue
    const help = last === 'bias' ? `write \`bias = on\` at \`${layer}\`` : HELP
    fail(`${show(held)} is left over: \`${layer}\` has no \`${last}\``, help)
  }
  return pairs
}

const show = ({ name, shape }: { name: string; shape: readonly number[] }) => `\`${name}\` [${shape.join(', ')}]`
const size = (number: number, kind: Kind) => `${number} ${KINDS[kind][number === 1 ? 0 : 1]}`
