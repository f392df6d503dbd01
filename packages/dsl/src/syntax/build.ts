import type { CstElement, CstNode, IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostic.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import type * as ast from './ast.ts'
import { docAbove } from './doc.ts'
import { EXPECTED } from './grammar.ts'
import { spanOf } from './layout.ts'

/** What the tree is built beside: the text, its `///` lines, where syntax errors are, and a place for further ones. */
export interface Surroundings {
  text: string
  docs: readonly IToken[]
  errors: readonly Span[]
  report(diagnostic: Diagnostic): void
}

/** Builds the statements of a `file` or `body` node; those with a syntax error become `Broken`. */
export function buildStatements(node: CstNode, around: Surroundings): ast.Statement[] {
  return nodes(node, 'item').map((item) => buildStatement(item, around))
}

function buildStatement(item: CstNode, around: Surroundings): ast.Statement {
  const statement = child(item, 'statement')
  const head = (statement === undefined ? null : spanOfNode(statement)) ?? { ...spanOf(token(item, 'Separator')) }
  const body = nodes(item, 'body')[0] ?? null
  const bodySpan = body === null ? null : spanOfNode(body)
  const span = { start: head.start, end: Math.max(head.end, bodySpan?.end ?? 0) }
  const name = /^[A-Za-z0-9_.]+/.exec(around.text.slice(head.start, head.end))?.[0] ?? null
  const broken: ast.Broken = { node: 'broken', name, span }
  const reach = { start: head.start, end: bodySpan?.start ?? lineEnd(around.text, head.end) }
  if (statement === undefined || isRecovered(statement) || errorIn(around, reach)) return broken
  const node = Object.values(statement.children).flat().find(isNode)!
  const needsBody = node.name === 'when' || (node.name === 'entry' && !node.children.setting && !node.children.sweep)
  if (needsBody !== (body !== null)) {
    const after = { start: head.end, end: head.end }
    if (body === null)
      around.report(wording.unexpected(after, EXPECTED[node.children.title ? 'title' : node.name], EXPECTED.end))
    else around.report(wording.unexpected(spanOf(token(body, 'OpenBrace')), EXPECTED.end, '`{`'))
    return broken
  }
  const statements = body === null ? [] : buildStatements(body, around)
  switch (node.name) {
    case 'header':
      return { node: 'header', version: word(token(node, 'NumberLiteral')), span }
    case 'when':
      return { node: 'when', condition: buildCondition(child(node, 'condition')), statements, span }
    case 'require':
      return { node: 'require', condition: buildCondition(child(node, 'condition')), span }
    case 'use': {
      const [name, alias] = (node.children.Name as IToken[]).map(word)
      return { node: 'use', file: word(token(node, 'Text')), name, alias: alias ?? null, span }
    }
    case 'repeat':
      return buildSweep(node, child(node, 'path'), true, span)
  }
  const path = buildPath(child(node, 'path'))
  if (node.children.setting !== undefined) return buildSetting(child(node, 'setting'), path, span)
  if (node.children.sweep !== undefined) return buildSweep(child(node, 'sweep'), child(node, 'path'), false, span)
  const title = child(node, 'title')
  return {
    node: 'block',
    kind: { text: path.text, span: path.span },
    name: title?.children.Name === undefined ? null : word(token(title, 'Name')),
    base: title?.children.base === undefined ? null : word(token(child(title, 'base'), 'Name')),
    statements,
    doc: docAbove(around.text, around.docs, span.start),
    head,
    span,
    broken: errorIn(around, span),
  }
}

function buildSetting(node: CstNode, path: ast.Path, span: Span): ast.Setting {
  const { Assign, AtMost, AtLeast } = node.children
  const operator = word((Assign ?? AtMost ?? AtLeast)[0] as IToken)
  return { node: 'setting', path, operator, values: nodes(node, 'value').map(buildValue), span }
}

function buildSweep(node: CstNode, path: CstNode, repeat: boolean, span: Span): ast.Sweep {
  const domain = child(node, 'domain')
  const list = nodes(domain, 'list')[0]
  return {
    node: 'sweep',
    repeat,
    path: buildPath(path),
    domain: list === undefined ? buildRange(child(domain, 'range')) : buildList(list),
    span,
  }
}

function buildRange(node: CstNode): ast.Range {
  const [from, to, amount] = nodes(node, 'quantity').map(buildQuantity)
  const spacing = (node.children.Spacing?.[0] as IToken | undefined)?.image as 'step' | 'log' | 'linear' | undefined
  return {
    node: 'range',
    from,
    to,
    spacing: spacing === undefined ? null : { kind: spacing, amount },
    span: spanOfNode(node)!,
  }
}

function buildCondition(node: CstNode): ast.Condition {
  const path = buildPath(child(node, 'path'))
  const span = spanOfNode(node)!
  const list = nodes(node, 'list')[0]
  if (list !== undefined) return { path, comparison: 'in', operands: buildList(list).items, span }
  const comparison = (Object.values(child(node, 'comparison').children).flat()[0] as IToken).image as ast.Comparison
  const operand = child(node, 'operand')
  const quantity = nodes(operand, 'quantity')[0]
  return {
    path,
    comparison,
    operands: [quantity === undefined ? buildName(child(operand, 'path')) : buildQuantity(quantity)],
    span,
  }
}

function buildValue(node: CstNode): ast.Value {
  const elements = nodes(node, 'element').map(buildElement)
  return elements.length === 1 ? elements[0] : { node: 'pipeline', elements, span: spanOfNode(node)! }
}

function buildElement(node: CstNode): ast.Value {
  const factors = nodes(node, 'factor').map(buildFactor)
  return factors.length === 1 ? factors[0] : { node: 'product', factors, span: spanOfNode(node)! }
}

function buildFactor(node: CstNode): ast.Value {
  const [quantity, call, list] = ['quantity', 'call', 'list'].map((name) => nodes(node, name)[0])
  if (quantity !== undefined) return buildQuantity(quantity)
  if (call !== undefined) return buildCall(call)
  if (list !== undefined) return buildList(list)
  const text = token(node, 'Text')
  return { node: 'text', text: text.image.slice(1, -1), span: spanOf(text) }
}

function buildQuantity(node: CstNode): ast.Quantity {
  const digits = word(token(node, 'NumberLiteral'))
  const unit = (node.children.Unit ?? node.children.Percent)?.[0] as IToken | undefined
  return {
    node: 'quantity',
    number: Number(digits.text),
    digits,
    unit: unit === undefined ? null : word(unit),
    span: spanOfNode(node)!,
  }
}

function buildCall(node: CstNode): ast.Call {
  const [body = null, shortcut = null] = nodes(node, 'layers').map((layers) => buildValue(child(layers, 'value')))
  return {
    node: 'call',
    path: buildPath(child(node, 'path')),
    args: node.children.OpenParenthesis === undefined ? null : nodes(node, 'argument').map(buildArgument),
    body,
    shortcut,
    span: spanOfNode(node)!,
  }
}

function buildName(path: CstNode): ast.Call {
  return { node: 'call', path: buildPath(path), args: null, body: null, shortcut: null, span: spanOfNode(path)! }
}

function buildArgument(node: CstNode): ast.Argument {
  const name = node.children.Name?.[0] as IToken | undefined
  return {
    name: name === undefined ? null : word(name),
    value: buildValue(child(node, 'value')),
    span: spanOfNode(node)!,
  }
}

function buildList(node: CstNode): ast.List {
  return { node: 'list', items: nodes(node, 'value').map(buildValue), span: spanOfNode(node)! }
}

function buildPath(node: CstNode): ast.Path {
  const parts = ((node.children.Name ?? []) as IToken[]).map(word)
  return { parts, text: parts.map(({ text }) => text).join('.'), span: spanOfNode(node)! }
}

function isRecovered(node: CstNode): boolean {
  return (
    node.recoveredNode === true ||
    Object.values(node.children)
      .flat()
      .some((part) => isNode(part) && isRecovered(part))
  )
}

function errorIn({ errors }: Surroundings, span: Span): boolean {
  return errors.some((error) => error.start <= span.end && error.end >= span.start)
}

function lineEnd(text: string, offset: number): number {
  const found = /[\r\n]/.exec(text.slice(offset))
  return found === null ? text.length : offset + found.index
}

function isNode(element: CstElement): element is CstNode {
  return 'children' in element
}

function nodes(node: CstNode | undefined, name: string): CstNode[] {
  return (node?.children[name] ?? []) as CstNode[]
}

function child(node: CstNode, name: string): CstNode {
  return nodes(node, name)[0]
}

function token(node: CstNode, name: string): IToken {
  return node.children[name][0] as IToken
}

function word(of: IToken): ast.Word {
  return { text: of.image, span: spanOf(of) }
}

/** The stretch of a node's tokens; `null` when recovery left it empty. */
function spanOfNode({ location }: CstNode): Span | null {
  if (location?.endOffset === undefined || !(location.startOffset >= 0) || !(location.endOffset >= 0)) return null
  return { start: location.startOffset, end: location.endOffset + 1 }
}
