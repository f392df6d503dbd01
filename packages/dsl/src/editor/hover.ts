import { count } from '@snnx/ir'
import type { Span } from '../source.ts'
import { spanOf } from '../syntax/layout.ts'
import type { Analysis } from './analysis.ts'
import { describeRule, showCount, showPlain } from './describe.ts'
import type { Meaning, Target } from './meaning.ts'
import { endOf } from './outline.ts'
import { type Declared, keysIn, ruleIn } from './scope.ts'

/** What is said of a word, in Markdown. */
export interface Hover {
  span: Span
  text: string
}

/** What is known of the word at an offset: its documentation, the value it resolves to, a layer's shape and cost. */
export function hover(analysis: Analysis, offset: number): Hover | null {
  const meaning = analysis.meaningAt(offset)
  if (meaning === null || ['operator', 'comment', 'documentation', 'number', 'text'].includes(meaning.role)) return null
  const parts = [
    title(meaning),
    meaning.rule === null ? meaning.doc : describeRule(meaning.rule),
    meaning.target === null ? '' : describeTarget(analysis, meaning.target),
    describeLayer(analysis, meaning),
  ].filter((part) => part !== '')
  return parts.length < 2 ? null : { span: meaning.span, text: parts.join('\n\n') }
}

function title({ text, role, target }: Meaning): string {
  const { kind = null, base = null, source = null } = target?.kind === 'component' ? target.component : {}
  if (kind === null) return `**${text}** (${WORDS[role] ?? role})`
  const name = kind === text ? kind : `${kind} ${text}`
  return `**${base === null ? name : `${name} : ${base}`}**${source === null ? '' : ` (${source.name})`}`
}

const WORDS: Readonly<Partial<Record<Meaning['role'], string>>> = {
  kind: 'block',
  form: 'value',
  option: 'value',
  variable: 'number',
  figure: 'computed',
  unknown: 'not known',
}

/** The values that a component or a key has in the first job. */
function describeTarget({ scope, preview }: Analysis, target: Target): string {
  if (target.kind === 'component' && target.component.source !== null) return showDefinition(target.component)
  const settled = preview?.settle(target.component.address)
  if (settled == null || preview === null) return ''
  const keys = target.kind === 'component' ? Object.keys(keysIn(scope, target.component)) : [target.name]
  const lines = keys.flatMap((key) => {
    const rule = ruleIn(scope, target.component, key)
    const shown = rule === null ? null : showPlain(settled.values[key], rule)
    if (rule === null || shown === null) return []
    const swept = preview.countValues(`${target.component.address}.${key}`)
    const many = swept > 0 ? ` # in the first job; swept over ${swept} values` : ''
    return [`${key} ${rule.bound ? '<=' : '='} ${shown}${many}`]
  })
  return lines.length === 0 ? '' : `\`\`\`snnx\n${lines.join('\n')}\n\`\`\``
}

/** What is written elsewhere, in `std/` or in an imported file, as it stands there. */
function showDefinition({ source, line }: Declared): string {
  const text = source!.text.slice(spanOf(line.tokens[0]).start, endOf(line, source!.text))
  return `\`\`\`snnx\n${text}\n\`\`\``
}

/** The shape into and out of a layer, and what it costs. */
function describeLayer({ preview }: Analysis, { span, role, target }: Meaning): string {
  const isNetwork = target?.kind === 'component' && target.component.kind === 'network'
  if (role !== 'layer' && role !== 'name') return ''
  const found = preview?.layersAt(span.start)
  if (found == null) {
    const lowered = isNetwork ? preview?.network : null
    if (lowered?.network.name !== (target?.component.address ?? '')) return ''
    return describeCost(lowered.network.layers.length, preview!.costs(), lowered.network.steps)
  }
  const { flows, costs, network } = found
  const [first, last] = [flows[0], flows.at(-1)!]
  const sizes = `\`${showShape(first.input)}\` to \`${showShape(last.output)}\``
  const neurons = flows
    .filter(({ layer }) => layer.kind === 'neuron')
    .reduce((sum, { output }) => sum + count(output), 0)
  return [
    `${flows.length > 1 ? `${flows.length} layers, ` : ''}${sizes}`,
    neurons > 0 ? `${neurons.toLocaleString('en')} neurons` : '',
    costs.length > 0 ? describeCost(0, costs, network.steps) : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function describeCost(layers: number, costs: readonly { weights: number; macs: number }[], steps: number): string {
  const weights = costs.reduce((sum, cost) => sum + cost.weights, 0)
  const macs = costs.reduce((sum, cost) => sum + cost.macs, 0)
  const many = layers > 0 ? `${layers} layers; ` : ''
  return `${many}${weights.toLocaleString('en')} weights; ${showCount(macs)} MACs over ${steps} steps`
}

function showShape(shape: readonly number[]): string {
  return shape.join(' x ')
}
