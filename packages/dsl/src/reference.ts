import { FIGURES } from './check/address.ts'
import { standard } from './compile.ts'
import { EXPLANATIONS } from './explanations.ts'
import { PRELUDE } from './prelude.ts'
import { LAYERS } from './schema/network.ts'
import { SCHEMA } from './schema/schema.ts'
import type { BlockRule, Keys, Limits, Plain, Rule, ValueType, Variant } from './schema/type.ts'
import { DIMENSIONS, type Dimension, formatNumber, formatQuantity, UNITS } from './schema/unit.ts'
import { all } from './wording/say.ts'

/** The reference of the language in Markdown, written from the tables that the checker itself uses. */
export function describeLanguage(): string {
  const blocks = Object.entries(SCHEMA).map(([kind, rule]) => describeBlock(kind, rule))
  return [
    INTRODUCTION,
    '## Blocks',
    ...blocks,
    describeLayers(),
    SWEEP,
    describeUnits(),
    describePrelude(),
    describeCodes(),
  ]
    .map((part) => `${part.trim()}\n`)
    .join('\n')
}

const INTRODUCTION = `
# The \`.snnx\` language

Written by \`npm run generate\` in \`packages/dsl\` from the tables that the checker uses; do not edit it by hand.

A file starts with \`snnx 1\` and holds one \`experiment NAME { ... }\`. Inside it stand blocks, \`kind [name] [: base] { ... }\`,
and in them keys: \`=\` fixes a value, \`<=\` bounds a resource, \`in\` sweeps. A value ends with its line, or at a comma; a line
goes on inside brackets and around \`->\` and \`then\`. \`#\` starts a comment; \`///\` above a block is its documentation.
A block is addressed by its name, else by its kind: \`cell.tau\`, \`train.optimizer.lr\`; the address alone is its base.
Neurons, networks and data sets can be built on others by name: \`neuron slow : cell { tau = 4 steps }\`. Names of the
experiment come before those of \`std\`, also inside a network that is taken from there.

What several experiments share stands outside of \`experiment\`, in the same file or in one of its own, which holds no
experiment and can be checked all the same:

\`\`\`
snnx 1

from "../shared/neurons.snnx" use slow
from "../shared/networks.snnx" use mlp as wide_mlp

dataset small_batches : fashion_mnist { batch = 16 }

experiment a {
  dataset : small_batches { }
  network : wide_mlp { }
  ...
}
\`\`\`

A path begins in the folder of the file that imports, and \`as\` gives a name of its own. Only what stands outside of an experiment
can be imported, and only from the file in which it is written. An imported block sees the names of its own file first, then those
of the experiment, then those of \`std\`. A job is the same wherever its parts are written: its hash does not depend on it.
`

const SWEEP = `
### sweep

| statement | meaning |
|---|---|
| \`ADDRESS in [a, b]\` | one job for each value; several sweeps multiply |
| \`ADDRESS in a .. b\` | a range with both ends: whole units, or \`step k\`, \`log n\` or \`linear n\` after it |
| \`repeat seed in 0 .. 4\` | replicates |
| \`zip NAME { ... }\` | the sweeps inside move together; the name is a column of the report |
| \`when CONDITION { ... }\` | what stands inside counts where the condition holds; also in the other blocks |
| \`require CONDITION\` | drops a job before it runs |

A condition is \`ADDRESS == VALUE\`, with \`!=\`, \`<=\`, \`>=\`, or \`ADDRESS in [a, b]\`. \`require\` can also compare what is computed of
a network: ${FIGURES.map((name) => `\`mlp.${name}\``).join(', ')}. A key that only some swept bases have must stand under \`when\`.
`

function describeBlock(kind: string, rule: BlockRule): string {
  const { doc, required, many, nameNeeded, bases, keys } = rule
  const traits = [
    required ? 'needed' : 'may be left out',
    many ? 'any number' : 'one',
    ...(nameNeeded ? ['needs a name'] : []),
    ...(rule.derives ? ['can be built on another by its name'] : []),
  ]
  const rows = Object.entries(bases ?? {}).map(([name, base]) => {
    return `| \`${name}\` | ${base.doc}${base.sealed ? '; only data sets of `std` stand on it' : ''} |`
  })
  const own = new Map<Keys, string[]>()
  for (const [name, base] of Object.entries(bases ?? {})) {
    if (Object.keys(base.keys).length > 0) own.set(base.keys, [...(own.get(base.keys) ?? []), name])
  }
  return [
    `### ${kind}\n\n${doc} (${traits.join(', ')})\n`,
    ...(rows.length === 0 ? [] : [table(['base', 'meaning'], rows)]),
    ...(kind === 'dataset' ? [describeDatasets()] : []),
    describeKeys(keys),
    ...Array.from(own, ([shared, names]) => `Keys of ${all(names)} alone:\n\n${describeKeys(shared)}`),
  ].join('\n')
}

/** The data sets of `std`, as they describe themselves. */
function describeDatasets(): string {
  const rows = standard().flatMap(({ kind, address, block, entries }) => {
    if (kind !== 'dataset') return []
    const facts = Object.fromEntries(entries.map(({ key, value }) => [key, value]))
    const { shape, classes, train, test } = facts as { shape: number[]; classes: number; train: number; test: number }
    const size = `${shape.join(' x ')}, ${classes} classes, ${train.toLocaleString('en')} + ${test.toLocaleString('en')}`
    return [`| \`${address}\` | ${size} | ${block.doc.replaceAll('\n', ' ')} |`]
  })
  return `Data sets of \`std\`, with the numbers of examples for training and for testing:\n\n${table(['data set', 'size', 'what it is'], rows)}`
}

function describeKeys(keys: Keys): string {
  const rows = Object.entries(keys).map(([key, rule]) => {
    const sign = rule.bound ? '<=' : '='
    return `| \`${key} ${sign}\` | ${describeType(rule.type)} | ${describeDefault(rule)} | ${rule.doc} |`
  })
  return table(['key', 'takes', 'default', 'meaning'], rows)
}

/** What a value of a type is, in Markdown. */
export function describeType(type: ValueType): string {
  if (type.takes === 'number') {
    const limits = describeLimits(type.limits, type.dimensions[0])
    const [dimension] = type.dimensions
    const example = dimension === 'number' ? '' : `, such as \`${DIMENSIONS[dimension].example}\``
    return `${type.noun}${example}${limits === '' ? '' : `; ${limits}`}`
  }
  if (type.takes === 'choice')
    return Object.entries(type.options)
      .map(([name, doc]) => `\`${name}\` (${doc})`)
      .join(', ')
  if (type.takes === 'variant') return Object.entries(type.options).map(describeVariant).join(', ')
  if (type.takes === 'list' && type.ordered) return `${type.noun}, such as \`[${type.ordered.example}]\``
  if (type.takes === 'list') return `a list of ${type.of.takes === 'layer' ? 'layers' : describeType(type.of)}`
  return type.noun
}

/** A form with its parameters, in Markdown. */
export function describeVariant([name, { doc, parameters, positional = 0 }]: [string, Variant]): string {
  const listed = Object.entries(parameters).map(([parameter, { default: value, type }], index) => {
    if (index < positional && type.takes === 'number') return DIMENSIONS[type.dimensions[0]].example
    if (type.takes === 'path') return `${index < positional ? '' : `${parameter} = `}"${type.example}"`
    return `${parameter} = ${showValue(value, type)}`
  })
  return `\`${name}${listed.length === 0 ? '' : `(${listed.join(', ')})`}\` (${doc})`
}

function describeLimits({ min, max, above, below }: Limits, dimension: Dimension): string {
  const show = (value: number) => formatQuantity(value, dimension)
  const parts = [
    ...(min === undefined ? [] : [`at least ${show(min)}`]),
    ...(above === undefined ? [] : [`more than ${show(above)}`]),
    ...(max === undefined ? [] : [`at most ${show(max)}`]),
    ...(below === undefined ? [] : [`less than ${show(below)}`]),
  ]
  return parts.join(', ')
}

function describeDefault({ type, default: value, optional, fact }: Rule): string {
  if (fact) return 'said by `std`'
  if (value === undefined) return optional ? '' : 'needed'
  return `\`${showValue(value, type)}\``
}

/** A default as one would write it. */
export function showValue(value: Plain | undefined, type: ValueType): string {
  if (value === undefined) return '...'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number')
    return type.takes === 'number' ? formatQuantity(value, type.dimensions[0]) : formatNumber(value)
  if (Array.isArray(value)) return '[]'
  if (typeof value === 'string' || type.takes !== 'variant') return String(value)
  const { kind, ...parameters } = value
  const rules = type.options[String(kind)].parameters
  const listed = Object.entries(parameters).map(
    ([name, parameter]) => `${name} = ${showValue(parameter, rules[name].type)}`,
  )
  return listed.length === 0 ? String(kind) : `${kind}(${listed.join(', ')})`
}

function describeLayers(): string {
  const rows = Object.entries(LAYERS).map(([name, { doc, parameters }]) => {
    const listed = Object.entries(parameters).map(([parameter, rule]) => {
      const state = rule.optional ? 'may be left out' : rule.default === undefined ? 'needed' : null
      return `\`${parameter}\` (${rule.doc}): ${describeType(rule.type)}; ${state ?? `default ${describeDefault(rule)}`}`
    })
    return `| \`${name}\` | ${doc} | ${listed.join('; ')} |`
  })
  return `### Layers of a network\n\n${table(['layer', 'meaning', 'parameters'], rows)}\n${LAYERS_BY_NAME.trim()}`
}

const LAYERS_BY_NAME = `
The first parameter needs no name: \`conv(64, stride = 2)\`. Names of neurons are layers too; each use is a layer of its own:
\`cell1\`, \`cell2\`, ..., in the order of the data, a block's body before its shortcut. So are names of networks, whose layers
stand there in their place; the steps are those of the network around them.

A network can have numbers of its own, which its layers refer to, by themselves or in a product: \`linear(8 * width)\`. They can be
replaced where the network is built on, swept, and given where it is a layer, the first one without its name:

\`\`\`
network block {
  width  = 64
  stride = 1
  layers = conv(width, stride = stride) -> norm -> cell
}
network features { layers = block -> block(128, stride = 2) -> repeat(3) { block(128) } -> ... }
\`\`\`
`

function describeUnits(): string {
  const rows = Object.entries(DIMENSIONS).flatMap(([dimension, { noun }]) => {
    const units = Object.entries(UNITS).filter(([, unit]) => unit.dimension === dimension)
    return units.length === 0 ? [] : [`| ${noun} | ${units.map(([name]) => `\`${name}\``).join(' ')} |`]
  })
  return `## Units\n\n${table(['what', 'units'], rows)}`
}

function describePrelude(): string {
  const files = PRELUDE.map(({ name, text }) => `\`${name}\`:\n\n\`\`\`\n${text.trim()}\n\`\`\``)
  return `## std\n\nFound from everywhere, without an import.\n\n${files.join('\n\n')}`
}

function describeCodes(): string {
  const rows = Object.entries(EXPLANATIONS).map(([code, { title, cause }]) => `| ${code} | ${title} | ${cause} |`)
  return `## Codes\n\n\`snnx explain CODE\` adds an example of each.\n\n${table(['code', 'what', 'cause'], rows)}`
}

function table(columns: string[], rows: string[]): string {
  return `| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|\n${rows.join('\n')}\n`
}
