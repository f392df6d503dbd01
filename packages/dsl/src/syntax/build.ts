import type { CstElement, CstNode, IToken } from 'chevrotain'
import type { Span } from '../source.ts'
import type * as ast from './ast.ts'
import { docAbove } from './doc.ts'
import { spanOf } from './layout.ts'

/** What the tree is built beside: the text, its `///` lines, and where syntax errors are. */
export interface Surroundings {
  text: string
  docs: readonly IToken[]
  errors: readonly Span[]
}

/** Builds the statements of a `file` or `body` node; those with a syntax error become `Broken`. */
export function buildStatements(node: CstNode, around: Surroundings): ast.Statement[] {
  return nodes(node, 'statement').flatMap((statement) => {
    const built = buildStatement(statement, around)
    return built === null ? [] : [built]
  })
}

function buildStatement(statement: CstNode, around: Surroundings): ast.Statement | null {
  const node = Object.values(statement.children).flat().find(isNode)
  if (node === undefined) return null
  const span = spanOfNode(node)
  if (span === null) return null
  const name = /^[A-Za-z0-9_.]+/.exec(around.text.slice(span.start, span.end))?.[0] ?? null
  const broken: ast.Broken = { node: 'broken', name, span }
  const body = bodyOf(node)
  const headEnd = body === null ? lineEnd(around.text, span.end) : spanOfNode(body)!.start
  if (isRecovered(node, body) || errorIn(around, { start: span.start, end: headEnd })) return broken
  switch (node.name) {
    case 'header':
      return { node: 'header', version: word(token(node, 'NumberLiteral')), span }
    case 'when':
      return {
        node: 'when',
        condition: buildCondition(child(node, 'condition')),
        statements: inside(body, around),
        span,
      }
    case 'require':
      return { node: 'require', condition: buildCondition(child(node, 'condition')), span }
    case 'use':
      return { node: 'use', file: word(token(node, 'Text')), name: word(token(node, 'Name')), span }
    case 'repeat':
      return buildSweep(node, child(node, 'path'), true, span)
    default:
      return buildEntry(node, body, around, span)
  }
}

function buildEntry(node: CstNode, body: CstNode | null, around: Surroundings, span: Span): ast.Statement {
  const path = buildPath(child(node, 'path'))
  const [setting, sweep] = ['setting', 'sweep'].map((name) => nodes(node, name)[0])
  if (setting !== undefined) {
    const { Assign, AtMost, AtLeast } = setting.children
    const operator = word((Assign ?? AtMost ?? AtLeast)[0] as IToken)
    return { node: 'setting', path, operator, values: nodes(setting, 'value').map(buildValue), span }
  }
  if (sweep !== undefined) return buildSweep(sweep, child(node, 'path'), false, span)
  const block = child(node, 'block')
  const head = { start: span.start, end: spanOfNode(body!)!.start }
  const names = ((block.children.Name ?? []) as IToken[]).map(word)
  const colon = block.children.Colon !== undefined
  return {
    node: 'block',
    kind: { text: path.text, span: path.span },
    name: names.length === 2 || !colon ? (names[0] ?? null) : null,
    base: colon ? names.at(-1)! : null,
    statements: inside(body, around),
    doc: docAbove(around.text, around.docs, span.start),
    head: { start: head.start, end: head.start + around.text.slice(head.start, head.end).trimEnd().length },
    span,
    broken: errorIn(around, span),
  }
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
  const body = nodes(node, 'value')[0]
  return {
    node: 'call',
    path: buildPath(child(node, 'path')),
    args: node.children.OpenParenthesis === undefined ? null : nodes(node, 'argument').map(buildArgument),
    body: body === undefined ? null : buildValue(body),
    span: spanOfNode(node)!,
  }
}

function buildName(path: CstNode): ast.Call {
  return { node: 'call', path: buildPath(path), args: null, body: null, span: spanOfNode(path)! }
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

const inside = (body: CstNode | null, around: Surroundings) => (body === null ? [] : buildStatements(body, around))

/** The statements in braces that belong to a node: those of a block or of `when`. */
function bodyOf(node: CstNode): CstNode | null {
  const body = nodes(node, 'body')[0] ?? nodes(nodes(node, 'block')[0], 'body')[0]
  return body === undefined || spanOfNode(body) === null ? null : body
}

function isRecovered(node: CstNode, except: CstNode | null): boolean {
  if (node === except) return false
  return (
    node.recoveredNode === true ||
    Object.values(node.children)
      .flat()
      .some((part) => isNode(part) && isRecovered(part, except))
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
