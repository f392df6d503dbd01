import { costLayers } from '@snnx/ir'
import { createTokenInstance } from 'chevrotain'
import { FIGURES } from '../check/address.ts'
import { LAYERS } from '../schema/network.ts'
import { openBases } from '../schema/schema.ts'
import type { PathTarget, Rule, ValueType } from '../schema/type.ts'
import { DIMENSIONS, type Dimension, UNITS } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import { spanOf } from '../syntax/layout.ts'
import * as t from '../syntax/tokens.ts'
import { FIGURE_DOCS, parametersOf } from './address.ts'
import type { Analysis } from './analysis.ts'
import { describeForm, describeRule } from './describe.ts'
import type { Expectation, Place } from './expectation.ts'
import { componentsOf, resolve } from './imports.ts'
import type { Role } from './meaning.ts'
import { type Line, type Region, regionAt } from './outline.ts'
import { listSteps, type Quoted, quotedAt, targetOf } from './paths.ts'
import {
  chainOf,
  componentAt,
  type Declared,
  isNumber,
  keysIn,
  listAddresses,
  listBases,
  listLayers,
  type Named,
  named,
  numbersOf,
  ruleIn,
} from './scope.ts'
import { readStatement } from './statement.ts'
import { LAYER_NAMES } from './value.ts'
import { KEYWORDS } from './words.ts'

/** Something that can be written at a place. */
export interface Completion {
  label: string
  role: Role
  /** In Markdown. */
  doc: string
  /** What is put in place of `span`. */
  insert: string
  span: Span
}

type Item = Omit<Completion, 'span'>

/** What can be written at an offset, in texts that are broken above all: a text that is being written is. */
export function complete(analysis: Analysis, offset: number): Completion[] {
  const { text, outline } = analysis
  if (outline.comments.some((comment) => comment.startOffset < offset && offset <= spanOf(comment).end)) return []
  const quoted = quotedAt(text, offset)
  if (quoted !== null) return completePath(quoted, analysis, offset)
  const word = wordAt(text, offset)
  const { line, before } = statementAt(analysis, word.start)
  const { expected } = readStatement(before, line, analysis.scope)
  const items = expected.flatMap((expectation) => listItems(expectation, analysis, line))
  const written = /^[ \t]*(=|<=|>=)/.test(text.slice(word.end))
  const seen = new Set<string>()
  return items
    .filter(({ label }) => !seen.has(label) && seen.add(label))
    .map((item) => ({ ...item, insert: written ? item.label : item.insert, span: word }))
}

/** What a path in quotes could go on with. */
function completePath({ start, name, closed }: Quoted, analysis: Analysis, offset: number): Completion[] {
  const { line, before } = statementAt(analysis, start - 1)
  const { expected } = readStatement(before, line, analysis.scope)
  const target = expected.map(targetOf).find((found) => found !== null) ?? null
  if (target === null) return []
  const end = closed ? '' : '"'
  return listSteps(target, analysis.text.slice(start, offset), analysis).map(({ label, insert }) => ({
    ...plain(label, 'text', ''),
    insert: insert.endsWith('/') ? insert : insert + end,
    span: name,
  }))
}

/** The word around an offset, which completion replaces; digits before a unit are no part of it. */
function wordAt(text: string, offset: number): Span {
  const left = /[A-Za-z_][A-Za-z0-9_]*$/.exec(text.slice(Math.max(0, offset - 100), offset))?.[0].length ?? 0
  const right = /^[A-Za-z0-9_]*/.exec(text.slice(offset, offset + 100))![0].length
  return { start: offset - left, end: offset + (left > 0 ? right : 0) }
}

/** The statement that goes on at an offset, and its tokens so far: none where a new one begins. */
function statementAt({ outline: { root, text } }: Analysis, offset: number): { line: Line; before: Line['tokens'] } {
  const region = regionAt(root, offset)
  const line = region.lines.findLast(({ tokens }) => tokens.length > 0 && tokens[0].startOffset < offset)
  const before = line?.tokens.filter((token) => spanOf(token).end <= offset && token.image !== '') ?? []
  const last = before.at(-1)
  if (line === undefined || last === undefined) return startIn(region)
  const past = line.body !== null && line.body.end <= offset
  const gap = text.slice(spanOf(last).end, offset)
  const goesOn = !/[\r\n]/.test(gap) || last.tokenType === t.Arrow || last.tokenType === t.Then || depthOf(before) > 0
  const comma = gap.includes(',')
  // The layout drops a comma before a closing bracket, which is where the next item is being written.
  if (comma && depthOf(before) > 0) before.push(createTokenInstance(t.Comma, ',', offset, offset, 0, 0, 0, 0))
  return past || !goesOn || (comma && depthOf(before) === 0) ? startIn(region) : { line, before }
}

function startIn(region: Region): { line: Line; before: Line['tokens'] } {
  return { line: { tokens: [], region, body: null }, before: [] }
}

function depthOf(tokens: Line['tokens']): number {
  const opening = tokens.filter(({ image }) => image === '(' || image === '[' || image === '{').length
  return opening - tokens.filter(({ image }) => image === ')' || image === ']' || image === '}').length
}

function listItems(expectation: Expectation, analysis: Analysis, line: Line): Item[] {
  const { scope } = analysis
  switch (expectation.what) {
    case 'statement':
      return listStatements(expectation.place, expectation.component, analysis, line)
    case 'base':
      return listBaseItems(expectation.kind, expectation.component, analysis)
    case 'operator':
      return expectation.signs.map((sign) => ({
        label: sign,
        role: 'operator',
        doc: KEYWORDS[sign] ?? '',
        insert: `${sign} `,
      }))
    case 'word':
      return expectation.words.map((label) => word(label, KEYWORDS[label]))
    case 'unit':
      return listUnits(expectation.dimensions)
    case 'argument': {
      const free = Object.entries(expectation.parameters).filter(([name]) => !expectation.given.includes(name))
      return free.map(([name, rule]) => assignment(name, 'parameter', rule))
    }
    case 'layer': {
      const own = listLayers(scope).map((layer) => nameItem(layer))
      return [...Object.entries(LAYERS).map(([name, layer]) => layerItem(name, layer)), ...own]
    }
    case 'value': {
      const { type, network } = expectation
      const numbers = network !== null && type.takes === 'number' ? numbersOf(scope, network) : []
      return [
        ...listValues(type, analysis),
        ...numbers.map((name) => plain(name, 'variable', 'a number of this network')),
      ]
    }
    case 'address':
      return listAddressItems(expectation, analysis)
    case 'file':
      return listPaths('.snnx', analysis)
    case 'import': {
      const file = resolve(expectation.file, analysis.source, analysis.host)
      const components = file === null ? [] : componentsOf(file, analysis.host, scope.schema, [analysis.source.name])
      return components.map((component) => nameItem(named(component)))
    }
  }
}

const plain = (label: string, role: Role, doc: string): Item => ({ label, role, doc, insert: label })
const word = (label: string, doc: string): Item => ({ label, role: 'keyword', doc, insert: `${label} ` })
const nameItem = ({ name, component }: Named): Item => {
  const from = component.source === null ? '' : ` (${component.source.name})`
  const base = component.base === null ? '' : ` : ${component.base}`
  return plain(name, 'name', `${component.kind} \`${name}${base}\`${from}\n\n${component.doc}`.trim())
}
const assignment = (label: string, role: Role, rule: Rule): Item => ({
  label,
  role,
  doc: describeRule(rule),
  insert: `${label} ${rule.bound ? '<=' : '='} `,
})

function layerItem(name: string, layer: (typeof LAYERS)[string]): Item {
  return plain(name, 'layer', `${layer.doc}\n\n${describeForm(name, layer)}`)
}

function listStatements(place: Place, component: Declared | null, analysis: Analysis, { region }: Line): Item[] {
  const { scope } = analysis
  const keyword = (name: string) => word(name, KEYWORDS[name])
  switch (place) {
    case 'file': {
      const derivable = Object.entries(scope.schema).filter(([, { derives }]) => derives)
      const blocks = derivable.map(([kind, { doc }]) => ({ ...word(kind, doc), role: 'kind' as const }))
      return [{ ...keyword('snnx'), insert: 'snnx 1' }, keyword('experiment'), keyword('from'), ...blocks]
    }
    case 'experiment': {
      const there = new Set(scope.own.map(({ kind }) => kind))
      const free = Object.entries(scope.schema).filter(([kind, { many }]) => many || !there.has(kind))
      const blocks = free.map(([kind, { doc }]) => ({ ...word(kind, doc), role: 'kind' as const }))
      return scope.sweeps.length > 0 ? blocks : [...blocks, { ...keyword('sweep'), role: 'kind' }]
    }
    case 'sweep':
      return [
        ...listAddressItems({ parts: [], figures: false, seed: false }, analysis),
        ...['zip', 'when', 'require', 'repeat'].map((name) =>
          name === 'repeat' ? { ...keyword(name), insert: 'repeat seed in ' } : keyword(name),
        ),
      ]
    case 'zip':
      return listAddressItems({ parts: [], figures: false, seed: false }, analysis)
    case 'component': {
      if (component === null) return []
      const written = new Set(region.lines.map(({ tokens }) => tokens[0]?.image))
      const onFormat = chainOf(scope, component).length === 1
      const free = Object.entries(keysIn(scope, component)).filter(
        ([key, { fact }]) => !written.has(key) && (!fact || onFormat),
      )
      const role = (key: string) => (isNumber(scope, component, key) ? 'variable' : 'key')
      return [...free.map(([key, rule]) => assignment(key, role(key), rule)), keyword('when')]
    }
  }
}

function listBaseItems(kind: string, component: Declared | null, { scope }: Analysis): Item[] {
  const rule = Object.hasOwn(scope.schema, kind) ? scope.schema[kind] : null
  const bases = rule === null ? [] : openBases(rule)
  return [
    ...bases.map((name) => plain(name, 'base', rule!.bases![name].doc)),
    ...listBases(scope, kind, component).map(nameItem),
  ]
}

function listUnits(dimensions: readonly Dimension[]): Item[] {
  return dimensions.flatMap((dimension) =>
    Object.entries(UNITS).flatMap(([name, unit]) =>
      unit.dimension === dimension ? [plain(name, 'unit', DIMENSIONS[dimension].noun)] : [],
    ),
  )
}

function listValues(type: ValueType, analysis: Analysis): Item[] {
  switch (type.takes) {
    case 'choice':
      return Object.entries(type.options).map(([name, doc]) => plain(name, 'option', doc))
    case 'variant':
      return Object.entries(type.options).map(([name, form]) => {
        const bare = Object.keys(form.parameters).length === 0
        return { ...plain(name, 'form', describeForm(name, form)), insert: bare ? name : `${name}(` }
      })
    case 'layer': {
      const network = analysis.preview?.network?.network
      const layers = network === undefined ? [] : costLayers(network)
      const named = Object.entries(LAYER_NAMES).map(([name, doc]) => plain(name, 'layer', doc))
      return [
        ...named,
        ...layers.map(({ name, weights }) => plain(name, 'layer', `${weights.toLocaleString('en')} weights`)),
      ]
    }
    case 'address':
      return listAddressItems({ parts: [], figures: false, seed: true }, analysis)
    case 'device':
      return listBaseItems('device', null, analysis)
    case 'path':
      return listPaths(type.to, analysis)
    case 'list':
      return [{ label: '[', role: 'operator', doc: type.noun, insert: '[' }]
    default:
      return []
  }
}

/** Paths with their quotes; a folder to go on from has no closing one yet. */
function listPaths(target: PathTarget, analysis: Analysis): Item[] {
  return listSteps(target, '', analysis).map(({ label, insert }) => ({
    ...plain(label, 'text', ''),
    insert: insert.endsWith('/') ? `"${insert}` : `"${insert}"`,
  }))
}

/** What comes next in an address. */
function listAddressItems(
  { parts: [first, key], figures, seed }: { parts: readonly string[]; figures: boolean; seed: boolean },
  { scope }: Analysis,
): Item[] {
  const addresses = listAddresses(scope)
  if (first === undefined) {
    const words = seed ? [plain('seed', 'keyword', KEYWORDS.seed)] : []
    return [
      ...addresses.map((found) =>
        found.component.name === null ? kindItem(found, scope.schema[found.name].doc) : nameItem(found),
      ),
      ...words,
    ]
  }
  const component = componentAt(scope, first)
  if (component === null) return []
  if (key !== undefined) {
    const parameters = parametersOf(ruleIn(scope, component, key)?.type ?? null)
    return Object.entries(parameters).map(([name, rule]) => plain(name, 'parameter', describeRule(rule)))
  }
  // What the data are can be asked for, and is never swept.
  const known = Object.entries(keysIn(scope, component)).filter(([, { fact }]) => figures || !fact)
  const keys = known.map(([name, rule]) => plain(name, 'key', describeRule(rule)))
  const computed = figures && component.kind === 'network' ? FIGURES : []
  return [...keys, ...computed.map((name) => plain(name, 'figure', FIGURE_DOCS[name]))]
}

const kindItem = ({ name }: Named, doc: string): Item => plain(name, 'kind', doc)
