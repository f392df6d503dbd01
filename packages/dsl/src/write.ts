import { isEventSet, type KnownName, type Layer, type Network, type Neuron } from '@snnx/ir'

/** The columns of a line, and how far a line that goes on is indented. */
const WIDTH = 100
const INDENT = '  '

/**
 * A network in the language: its neurons, each kind once, and itself. Compiled for a data set of its shape it is the same
 * network again, its layers named by kind and ordinal.
 */
export function writeNetwork(network: Network): string {
  const blocks = [...listNeurons(network.layers)].map(([name, neuron]) => writeNeuron(name, neuron))
  return [...blocks, writeLayers(network)].join('\n')
}

/** What a whole spec has beside its network. */
export interface SpecParts {
  dataset: KnownName
  /** The file of weights that the network starts from, beside the spec. */
  start: string
  /** Lines of documentation, which reach the report. */
  notes: readonly string[]
}

/** A whole spec that measures a network on a data set, with the weights it has; a recording gets a frame for each step. */
export function writeSpec(network: Network, { dataset, start, notes }: SpecParts): string {
  const train = writeEntries([
    ['start', `file(${JSON.stringify(start)})`],
    ['duration', '0 epochs'],
  ])
  const settings = isEventSet(dataset) ? `{\n${writeEntries([['frames', String(network.steps)]])}}` : '{}'
  const inside = [`dataset : ${dataset} ${settings}\n`, writeNetwork(network), `train {\n${train}}\n`].map((block) =>
    block.replace(/^(?=.)/gm, INDENT),
  )
  const doc = notes.map((note) => `/// ${note}\n`).join('')
  return `snnx 1\n\n${doc}experiment ${network.name} {\n${inside.join('\n')}}\n`
}

/** The network alone, as a file of one's own holds it. */
export function writeLibrary(network: Network, notes: readonly string[]): string {
  return `snnx 1\n\n${notes.map((note) => `# ${note}\n`).join('')}\n${writeNetwork(network)}`
}

/** The neurons by the name that the language would give their block: the layer's without its ordinal. */
function listNeurons(layers: readonly Layer[]): Map<string, Neuron> {
  const found = new Map<string, Neuron>()
  for (const layer of layers) {
    if (layer.kind === 'neuron') found.set(nameBlock(layer.name), layer.neuron)
    if (layer.kind !== 'residual') continue
    for (const [name, neuron] of listNeurons([...layer.body, ...layer.shortcut])) found.set(name, neuron)
  }
  return found
}

const nameBlock = (layer: string) => layer.replace(/\d+$/, '')

function writeNeuron(name: string, neuron: Neuron): string {
  const { model, tau, threshold, reset, resetTo, detach, surrogate } = neuron
  const entries: [string, string][] = [
    ...(model === 'if' ? [] : ([['tau', `${tau} steps`]] as [string, string][])),
    ['threshold', String(threshold)],
    ['reset', reset],
    ...(resetTo === 0 ? [] : ([['reset_to', String(resetTo)]] as [string, string][])),
    ...(detach ? [] : ([['detach', 'off']] as [string, string][])),
    ['surrogate', `${surrogate.kind}(alpha = ${surrogate.alpha})`],
  ]
  return `neuron ${name} : ${model} {\n${writeEntries(entries)}}\n`
}

function writeLayers({ name, steps, layers }: Network): string {
  const chain = fold(layers.map(writeLayer), `${INDENT}layers = `.length)
  return `network ${name} {\n${writeEntries([
    ['steps', String(steps)],
    ['layers', chain],
  ])}}\n`
}

/** A chain of layers over several lines where one is too short; a line goes on at its arrow. */
function fold(parts: readonly string[], indent: number): string {
  const lines: string[] = []
  for (const part of parts) {
    const line = lines.at(-1)
    if (line === undefined) lines.push(part)
    else if (indent + line.length + part.length + 4 > WIDTH) lines.push(`-> ${part}`)
    else lines[lines.length - 1] = `${line} -> ${part}`
  }
  return lines.join(`\n${' '.repeat(indent - 3)}`)
}

function writeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'flatten':
    case 'global_pool':
    case 'rate':
      return layer.kind
    case 'linear':
      return `linear(${layer.features}${layer.bias ? ', bias = on' : ''})`
    case 'conv': {
      const { channels, kernel, stride, padding, bias } = layer
      return `conv(${channels}, kernel = ${kernel}, stride = ${stride}, padding = ${padding}${bias ? ', bias = on' : ''})`
    }
    case 'norm':
      return `norm(epsilon = ${layer.epsilon}, momentum = ${layer.momentum})`
    case 'neuron':
      return nameBlock(layer.name)
    case 'max_pool':
    case 'avg_pool':
      return `${layer.kind}(${layer.size}, stride = ${layer.stride}, padding = ${layer.padding})`
    case 'dropout':
      return `dropout(${Number((100 * layer.probability).toPrecision(12))} %)`
    case 'vote':
      return `vote(${layer.classes})`
    case 'residual': {
      const branch = (of: readonly Layer[]) => `{ ${of.map(writeLayer).join(' -> ')} }`
      const shortcut = layer.shortcut.length === 0 ? '' : ` shortcut ${branch(layer.shortcut)}`
      return `residual(add) ${branch(layer.body)}${shortcut}`
    }
  }
}

function writeEntries(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([key]) => key.length))
  return entries.map(([key, value]) => `${INDENT}${key.padEnd(width)} = ${value}\n`).join('')
}
