import type { IToken } from 'chevrotain'
import { anyRule } from '../schema/schema.ts'
import * as t from '../syntax/tokens.ts'
import { readAddress, readCondition, readDomain } from './address.ts'
import type { Place } from './expectation.ts'
import type { Line, Region } from './outline.ts'
import { Reader } from './reader.ts'
import { type Declared, declaredBy, findBase, isNumber, ownerOf, ruleIn, type Scope } from './scope.ts'
import { readValue } from './value.ts'
import { KEYWORDS } from './words.ts'

/** Where a statement stands: in which kind of block, and of which component. */
export interface Context {
  place: Place
  component: Declared | null
}

/** What kind of block a region is; `when` is what is around it. */
export function contextOf(scope: Scope, { head }: Region): Context {
  const none = { component: null }
  if (head === null) return { place: 'file', ...none }
  const [first] = head.tokens
  if (first?.tokenType === t.When) return contextOf(scope, head.region)
  if (first?.image === 'experiment') return { place: 'experiment', ...none }
  if (first?.image === 'sweep') return { place: 'sweep', ...none }
  if (first?.image === 'zip') return { place: 'zip', ...none }
  return { place: 'component', component: declaredBy(scope, head) }
}

/** Reads a statement, or only its first tokens, to know what could follow them. */
export function readStatement(tokens: readonly IToken[], line: Line, scope: Scope): Reader {
  const reader = new Reader(tokens)
  const context = contextOf(scope, line.region)
  if (reader.atEnd) reader.must({ what: 'statement', ...context })
  else if (reader.accept(t.Snnx, 'keyword', KEYWORDS.snnx)) reader.accept(t.NumberLiteral, 'number')
  else if (reader.accept(t.When, 'keyword', KEYWORDS.when)) readCondition(reader, scope, false)
  else if (reader.accept(t.Require, 'keyword', KEYWORDS.require)) readCondition(reader, scope, true)
  else if (reader.accept(t.From, 'keyword', KEYWORDS.from)) readUse(reader, line, scope)
  else if (reader.accept(t.Repeat, 'keyword', KEYWORDS.repeat)) readSweep(reader, scope, true)
  else if (reader.sees(t.Name)) readEntry(reader, line, context, scope)
  while (!reader.atEnd) reader.skip()
  return reader
}

function readEntry(reader: Reader, line: Line, { place, component }: Context, scope: Scope): void {
  if (place === 'component') readSetting(reader, component, scope)
  else if (place === 'zip' || (place === 'sweep' && reader.next!.image !== 'zip')) readSweep(reader, scope, false)
  else readTitle(reader, line, scope)
}

function readSweep(reader: Reader, scope: Scope, seed: boolean): void {
  const address = readAddress(reader, scope, { figures: false, seed })
  if (reader.atEnd) reader.must({ what: 'operator', signs: ['in'] })
  if (reader.accept(t.In, 'keyword', KEYWORDS.in)) readDomain(reader, address, scope)
}

function readTitle(reader: Reader, line: Line, scope: Scope): void {
  const kind = reader.next!.image
  const rule = Object.hasOwn(scope.schema, kind) ? scope.schema[kind] : null
  const component = declaredBy(scope, line)
  const target = component === null ? null : ({ kind: 'component', component } as const)
  const own = component?.name === null
  reader.take('kind', { doc: rule?.doc ?? KEYWORDS[kind] ?? '', ...(own && { target, declares: true }) })
  if (reader.sees(t.Name)) reader.take('name', { target, declares: true })
  if (rule?.bases == null) return
  if (reader.atEnd) reader.may({ what: 'operator', signs: [':'] })
  if (!reader.accept(t.Colon)) return
  reader.must({ what: 'base', kind, component })
  if (reader.sees(t.Name)) readBase(reader, kind, component, scope)
}

/** The name of what a component is built on. */
export function readBase(reader: Reader, kind: string, except: Declared | null, scope: Scope): void {
  const name = reader.next!.image
  const { bases } = scope.schema[kind]
  if (bases !== null && Object.hasOwn(bases, name)) {
    reader.take('base', { doc: bases[name].doc })
    return
  }
  const component = findBase(scope, kind, name, except)
  if (component === null) reader.take('unknown')
  else reader.take('name', { doc: component.doc, target: { kind: 'component', component } })
}

function readSetting(reader: Reader, component: Declared | null, scope: Scope): void {
  const key = reader.next!.image
  const rule = component === null ? null : ruleIn(scope, component, key)
  if (component === null || rule === null) reader.take('unknown')
  else if (isNumber(scope, component, key)) {
    reader.take('variable', {
      doc: rule.doc,
      rule,
      target: { kind: 'number', component: ownerOf(scope, component), name: key },
      declares: true,
    })
  } else reader.take('key', { doc: rule.doc, rule, target: { kind: 'key', component, name: key }, declares: true })
  const bounds = component !== null && anyRule(scope.schema[component.kind], key)?.bound === true
  reader.must({ what: 'operator', signs: [bounds ? '<=' : '='] })
  if (!reader.sees(t.Assign, t.AtMost, t.AtLeast)) return
  reader.skip()
  const network = component?.kind === 'network' ? component : null
  readValue(reader, rule?.type ?? null, network, scope)
  if (rule?.type.takes === 'bounds') reader.may({ what: 'word', words: ['then'] })
  while (reader.accept(t.Then, 'keyword', KEYWORDS.then)) readValue(reader, rule?.type ?? null, network, scope)
}

function readUse(reader: Reader, line: Line, scope: Scope): void {
  reader.must({ what: 'file' })
  const file = reader.sees(t.Text) ? reader.next!.image.slice(1, -1) : null
  reader.accept(t.Text, 'text')
  if (file !== null) reader.may({ what: 'word', words: ['use'] })
  if (!reader.accept(t.Use, 'keyword', KEYWORDS.use)) return
  reader.must({ what: 'import', file: file ?? '' })
  const component = scope.file.find(({ use }) => use === line)?.component
  const detail = component && { doc: component.doc, target: { kind: 'component', component } as const }
  if (reader.sees(t.Name)) reader.take(component === undefined ? 'unknown' : 'name', detail)
  reader.may({ what: 'word', words: ['as'] })
  if (reader.accept(t.As, 'keyword', KEYWORDS.as) && reader.sees(t.Name)) reader.take('name', detail)
}
