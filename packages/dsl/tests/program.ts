import fc from 'fast-check'
import type * as ast from '../src/syntax/ast.ts'
import { parse } from '../src/syntax/parse.ts'

/** A tree without its places in a text. */
type Bare<T> = T extends (infer Item)[]
  ? Bare<Item>[]
  : T extends object
    ? { [Key in keyof T as Key extends 'span' | 'head' ? never : Key]: Bare<T[Key]> }
    : T

export type Program = Bare<ast.File>
type Value = Bare<ast.Value>
type Statement = Bare<ast.Statement>

/** What a text says, without where it says so. */
export function understand(text: string): Program {
  const passedOver = new Set(['span', 'head'])
  return JSON.parse(JSON.stringify(parse(text).file, (key, value) => (passedOver.has(key) ? undefined : value)))
}

const word = (texts: readonly string[]) => fc.constantFrom(...texts).map((text) => ({ text }))
const name = word(['a', 'tau', 'cell', 'mlp_2', 'first', 'whenever', 'iff', '_x'])
const layer = word(['cell', 'linear', 'conv', 'step', 'log', 'repeat', 'shortcut', 'thenceforth'])
const pathOf = (first: fc.Arbitrary<{ text: string }>): fc.Arbitrary<Bare<ast.Path>> =>
  fc
    .tuple(first, fc.array(name, { maxLength: 2 }))
    .map(([head, rest]) => [head, ...rest])
    .map((parts) => ({ parts, text: parts.map(({ text }) => text).join('.') }))
const path = pathOf(name)

const digits = ['0', '8', '2.50', '1e-4', '1e6', '-0.25', '+3', '007', '123456789']
const quantity: fc.Arbitrary<Bare<ast.Quantity>> = fc
  .tuple(word(digits), fc.option(word(['steps', 'ms', '%', 'kB', 'M', 'px', 'furlongs']), { freq: 1 }))
  .map(([written, unit]) => ({ node: 'quantity', number: Number(written.text), digits: written, unit }))
const text = fc
  .constantFrom('', 'a b', 'x -> [1,  2] # no comment', '数据 🧠', '\t')
  .map((written): Value => ({ node: 'text', text: written }))

/** Values with at most so many in each other. */
function factorOf(depth: number): fc.Arbitrary<Value> {
  const bare = fc.record({
    node: fc.constant('call' as const),
    path: pathOf(layer),
    args: fc.constant(null),
    body: fc.constant(null),
    shortcut: fc.constant(null),
  })
  if (depth === 0) return fc.oneof(quantity, bare, text)
  const value = anyValue(depth - 1)
  const args = fc.array(fc.record({ name: fc.option(name), value }), { maxLength: 3 })
  // On a line of its own only a layer can begin what is in braces.
  const first = fc.record({
    node: fc.constant('call' as const),
    path: layer.map((part) => ({ parts: [part], text: part.text })),
    args: fc.option(args),
    body: fc.constant(null),
    shortcut: fc.constant(null),
  })
  const layers = fc
    .tuple(first, fc.array(factorOf(depth - 1), { maxLength: 5 }))
    .map(([begin, rest]): Value => (rest.length === 0 ? begin : { node: 'pipeline', elements: [begin, ...rest] }))
  const call = fc
    .record({ path: pathOf(layer), args, body: fc.option(layers), shortcut: fc.option(layers) })
    .map((parts): Value => ({ node: 'call', ...parts, shortcut: parts.body === null ? null : parts.shortcut }))
  const list = fc.array(value, { maxLength: 4 }).map((items): Value => ({ node: 'list', items }))
  return fc.oneof(quantity, bare, text, call, list)
}

function anyValue(depth: number): fc.Arbitrary<Value> {
  const factor = factorOf(depth)
  const product = fc
    .array(factor, { minLength: 2, maxLength: 3 })
    .map((factors): Value => ({ node: 'product', factors }))
  const element = fc.oneof({ arbitrary: factor, weight: 3 }, product)
  const chain = fc
    .array(element, { minLength: 2, maxLength: 12 })
    .map((elements): Value => ({ node: 'pipeline', elements }))
  return fc.oneof(element, chain)
}

const value = anyValue(1)
const list = fc.array(value, { maxLength: 4 }).map((items) => ({ node: 'list' as const, items }))
const spacing = fc.record({
  kind: fc.constantFrom('step' as const, 'log' as const, 'linear' as const),
  amount: quantity,
})
const range = fc.record({
  node: fc.constant('range' as const),
  from: quantity,
  to: quantity,
  // A spacing is told from a name by the digit after it.
  spacing: fc.option(spacing.filter(({ amount }) => /^\d/.test(amount.digits.text))),
})
const operand = fc.oneof(
  quantity,
  path.map((named): Value => ({ node: 'call', path: named, args: null, body: null, shortcut: null })),
)
const condition: fc.Arbitrary<Bare<ast.Condition>> = fc.oneof(
  fc.record({
    path,
    comparison: fc.constantFrom('==' as const, '!=' as const, '<=' as const, '>=' as const),
    operands: operand.map((one) => [one]),
  }),
  fc.record({ path, comparison: fc.constant('in' as const), operands: list.map(({ items }) => items) }),
)
const leaf: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    node: fc.constant('setting' as const),
    path,
    operator: word(['=', '<=', '>=']),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ node: fc.constant('sweep' as const), repeat: fc.boolean(), path, domain: fc.oneof(list, range) }),
  fc.record({ node: fc.constant('require' as const), condition }),
)

function statementsOf(depth: number): fc.Arbitrary<Statement[]> {
  if (depth === 0) return fc.array(leaf, { maxLength: 3 })
  const statements = statementsOf(depth - 1)
  const block = fc.record({
    node: fc.constant('block' as const),
    kind: name,
    name: fc.option(name),
    base: fc.option(name),
    statements,
    doc: fc.constantFrom('', '', 'One.', 'One.\nTwo: `a -> b`.'),
    broken: fc.constant(false),
  })
  const when = fc.record({ node: fc.constant('when' as const), condition, statements })
  return fc.array(fc.oneof(leaf, block, when), { maxLength: 4 })
}

/** A program of any statements, in any order: it need not mean anything. */
export const program: fc.Arbitrary<Program> = statementsOf(3).map((statements) => ({
  statements: [{ node: 'header', version: { text: '1' } }, ...statements],
  broken: false,
}))

/** Writes a program down, a blank between any two words and a line a statement. */
export function spell({ statements }: Program): string {
  return statements.map(spellStatement).join('\n')
}

function spellStatement(statement: Statement): string {
  switch (statement.node) {
    case 'header':
      return `snnx ${statement.version.text}`
    case 'setting':
      return `${spellPath(statement.path)} ${statement.operator.text} ${statement.values.map(spellValue).join(' then ')}`
    case 'sweep': {
      const { repeat, domain } = statement
      return `${repeat ? 'repeat ' : ''}${spellPath(statement.path)} in ${domain.node === 'list' ? spellValue(domain) : spellRange(domain)}`
    }
    case 'require':
      return `require ${spellCondition(statement.condition)}`
    case 'when':
      return `when ${spellCondition(statement.condition)} ${spellBody(statement.statements)}`
    case 'block': {
      const { kind, name: own, base, doc, statements } = statement
      const head = [kind.text, ...(own === null ? [] : [own.text]), ...(base === null ? [] : [':', base.text])]
      const lines = doc === '' ? [] : doc.split('\n').map((line) => `/// ${line}`)
      return [...lines, `${head.join(' ')} ${spellBody(statements)}`].join('\n')
    }
    default:
      throw new Error(`no ${statement.node} is generated`)
  }
}

const spellBody = (statements: readonly Statement[]) => `{\n${statements.map(spellStatement).join('\n')}\n}`
const spellPath = ({ parts }: Bare<ast.Path>) => parts.map(({ text: part }) => part).join(' . ')
const spellQuantity = ({ digits: written, unit }: Bare<ast.Quantity>) =>
  unit === null ? written.text : `${written.text} ${unit.text}`

function spellRange({ from, to, spacing: walked }: Bare<ast.Range>): string {
  const ends = `${spellQuantity(from)} .. ${spellQuantity(to)}`
  return walked === null ? ends : `${ends} ${walked.kind} ${spellQuantity(walked.amount)}`
}

function spellCondition({ path: at, comparison, operands }: Bare<ast.Condition>): string {
  const written = operands.map(spellValue)
  return `${spellPath(at)} ${comparison} ${comparison === 'in' ? `[ ${written.join(' , ')} ]` : written[0]}`
}

function spellValue(written: Value): string {
  switch (written.node) {
    case 'quantity':
      return spellQuantity(written)
    case 'text':
      return `"${written.text}"`
    case 'list':
      return `[ ${written.items.map(spellValue).join(' , ')} ]`
    case 'product':
      return written.factors.map(spellValue).join(' * ')
    case 'pipeline':
      return written.elements.map(spellValue).join(' -> ')
    case 'call': {
      const { args, body, shortcut } = written
      const spelt = (args ?? []).map(({ name: own, value: given }) =>
        own === null ? spellValue(given) : `${own.text} = ${spellValue(given)}`,
      )
      const layers = (of: Value | null) => (of === null ? '' : ` { ${spellValue(of)} }`)
      const call = `${spellPath(written.path)}${args === null ? '' : ` ( ${spelt.join(' , ')} )`}`
      return `${call}${layers(body)}${shortcut === null ? '' : ` shortcut${layers(shortcut)}`}`
    }
  }
}
