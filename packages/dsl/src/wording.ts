import type { Diagnostic, Help, Label } from './diagnostic.ts'
import type { Code } from './explanations.ts'
import { nearest } from './nearest.ts'
import type { Rule, ValueType } from './schema/type.ts'
import { DIMENSIONS, type Dimension, formatQuantity, UNITS } from './schema/unit.ts'
import type { Span } from './source.ts'
import type { Argument, Call, Path, Quantity, Value, Word } from './syntax/ast.ts'

// Every message of the language, one constructor each, by code. A message says what is wrong; only `help` says how to mend it.

interface Extra {
  causes?: Label[]
  notes?: string[]
  help?: Help
  severity?: 'warning'
}

function say(code: Code, span: Span, message: string, label: string, extra: Extra = {}): Diagnostic {
  const { causes = [], notes = [], help = null, severity = 'error' } = extra
  return { code, severity, message, span, label, causes, notes, help }
}

const code = (text: string) => `\`${text}\``
const all = (names: readonly string[], word = 'and') =>
  names.length < 2
    ? names.map(code).join('')
    : `${names.slice(0, -1).map(code).join(', ')} ${word} ${code(names.at(-1)!)}`
const after = (span: Span): Span => ({ start: span.end, end: span.end })
const before = (span: Span): Span => ({ start: span.start, end: span.start })
const insert = (message: string, span: Span, text: string): Help => ({ message, edit: { span, text } })
const advise = (message: string): Help => ({ message, edit: null })
const size = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** The nearest known name as an edit, or else the list of what there is. */
function known(span: Span, name: string, names: readonly string[]): Pick<Extra, 'help' | 'notes'> {
  const close = nearest(name, names)
  if (close !== null) return { help: insert('use the name that is known', span, close) }
  return names.length === 0 ? {} : { notes: [`known here: ${all(names)}`] }
}

// 01 text

export function unknownText(span: Span, text: string, whole: string): Diagnostic {
  if (text.startsWith('"'))
    return say('SNX0108', span, 'a text is not closed', 'starts here', {
      help: advise('close it with `"` on the same line'),
    })
  const shown = text.length > 20 ? `${text.slice(0, 20)}...` : text
  const isComment = whole.startsWith('//', span.start) || whole.startsWith('/*', span.start)
  const help = isComment ? { help: advise('comments start with `#`, documentation with `///`') } : {}
  return say('SNX0101', span, `${code(shown)} means nothing here`, 'not part of the language', help)
}
export const unexpected = (span: Span, expected: string, found: string) =>
  say('SNX0102', span, `expected ${expected}, found ${found}`, `expected ${expected}`)
export const unclosedBracket = (span: Span, bracket: string) =>
  say('SNX0103', span, `${code(bracket)} is never closed`, 'opened here')
export const unopenedBracket = (span: Span, bracket: string) =>
  say('SNX0103', span, `${code(bracket)} closes nothing`, 'nothing is open here', {
    help: insert('remove it', span, ''),
  })
export const mismatchedBracket = (span: Span, found: string, opener: Span, opened: string) =>
  say('SNX0103', span, `${code(found)} does not close ${code(opened)}`, 'the wrong bracket', {
    causes: [{ span: opener, text: 'opened here' }],
  })
export const missingHeader = (span: Span, later: boolean) =>
  say('SNX0104', span, 'the file does not start with its version', later ? 'comes too late' : 'expected `snnx 1`', {
    help: later
      ? advise('move it to the top of the file')
      : insert('write the version first', { start: 0, end: 0 }, 'snnx 1\n'),
  })
export const unknownVersion = (span: Span, version: string, supported: string) =>
  say('SNX0105', span, `version ${version} of the language is not known`, `this program reads version ${supported}`, {
    help: insert('write the version that is known', span, supported),
  })
export const noExperiment = (span: Span) =>
  say('SNX0106', span, 'the file holds no experiment', 'expected `experiment NAME { ... }`')
export const nestedTooDeep = (span: Span, limit: number) =>
  say('SNX0107', span, `brackets are nested more than ${limit} deep`, 'too deep')
export const tooLong = (span: Span, length: number, limit: number) =>
  say(
    'SNX0107',
    span,
    `the file has ${size(length, 'character')}, more than the ${limit.toLocaleString('en')} that are read`,
    'too long',
  )
export const notYet = (span: Span, what: string) =>
  say('SNX0109', span, `${what} is not in this version`, 'not in this version')

// 02 values and units

/** What to write for a type, for labels: "a time, such as `2 steps` or `2 ms`". */
function example(type: ValueType): string {
  if (type.takes === 'number')
    return `${type.noun}, such as ${type.dimensions.map((dimension) => code(exampleOf(dimension, type))).join(' or ')}`
  if (type.takes === 'choice' || type.takes === 'variant') {
    const options = Object.keys(type.options)
    return options.length === 0 ? type.noun : all(options, 'or')
  }
  if (type.takes === 'list') return `a list, such as ${code(`[${listExample(type.of)}]`)}`
  if (type.takes === 'layers') return 'layers in a row, such as `flatten -> linear(10) -> cell -> rate`'
  if (type.takes === 'shares') return 'a share, such as `25 %`'
  return type.noun
}
const exampleOf = (dimension: Dimension, type: ValueType) =>
  dimension === 'number' && type.takes === 'number' && type.limits.whole ? '64' : DIMENSIONS[dimension].example
const listExample = (of: ValueType) =>
  of.takes === 'choice' ? Object.keys(of.options).slice(0, 2).join(', ') : 'first, last'

const KINDS = { quantity: 'a number', list: 'a list', text: 'a text', pipeline: 'layers in a row' }
const kindOf = (value: Value) =>
  value.node === 'call' ? (value.args === null ? 'a word' : 'a form with parameters') : KINDS[value.node]

export const wrongKind = (value: Value, subject: string, type: ValueType) =>
  say(
    'SNX0201',
    value.span,
    `${code(subject)} takes ${type.noun}, but this is ${kindOf(value)}`,
    `expected ${example(type)}`,
  )
export function unknownUnit(unit: Word, subject: string, type: ValueType): Diagnostic {
  const fitting =
    type.takes === 'number' ? Object.keys(UNITS).filter((name) => type.dimensions.includes(UNITS[name].dimension)) : []
  const close = nearest(unit.text, fitting) ?? nearest(unit.text, Object.keys(UNITS))
  const help = close === null ? {} : { help: insert('use the unit that is known', unit.span, close) }
  return say('SNX0202', unit.span, `${code(unit.text)} is no unit`, `${code(subject)} takes ${example(type)}`, help)
}
export function missingUnit(
  { number, span }: Quantity,
  subject: string,
  type: Extract<ValueType, { takes: 'number' }>,
): Diagnostic {
  const { noun, dimensions } = type
  const text = DIMENSIONS[dimensions[0]].example.split(' ')[1]
  const asShare = dimensions[0] === 'share' && number > 0 && number < 1
  const help = asShare
    ? insert('write the share in percent', span, formatQuantity(number, 'share'))
    : insert(
        'write the unit',
        after(span),
        ` ${number === 1 ? text.replace(/(?<=step|epoch)s$/, '').replace('batches', 'batch') : text}`,
      )
  return say(
    'SNX0203',
    span,
    `${code(subject)} takes ${noun}, but this number has no unit`,
    `expected ${example(type)}`,
    { help },
  )
}
export function wrongUnit(
  { unit, digits, span }: Quantity,
  subject: string,
  type: Extract<ValueType, { takes: 'number' }>,
  found: Dimension,
): Diagnostic {
  const isPlain = type.dimensions.includes('number')
  const help = isPlain ? { help: insert('remove the unit', { start: digits.span.end, end: unit!.span.end }, '') } : {}
  return say(
    'SNX0204',
    span,
    `${code(subject)} takes ${type.noun}, but this is ${DIMENSIONS[found].noun}`,
    `expected ${example(type)}`,
    help,
  )
}
export const outOfRange = (span: Span, subject: string, range: string) =>
  say('SNX0205', span, `${code(subject)} must be ${range}`, `not ${range}`)
export const notFinite = (span: Span, subject: string) =>
  say('SNX0205', span, `the number for ${code(subject)} is too large to be one`, 'too large')
export const notWhole = ({ span }: Quantity, subject: string) =>
  say('SNX0206', span, `${code(subject)} takes a whole number`, 'not a whole number')
export const rangeNotWhole = (span: Span, subject: string, value: string) =>
  say('SNX0206', span, `${code(subject)} takes a whole number, but this range holds ${value}`, `holds ${value}`, {
    help: advise('use `step`, or list the values: `[1, 3, 10]`'),
  })
export const unknownOption = ({ text, span }: Path, subject: string, options: string[]) =>
  say(
    'SNX0207',
    span,
    `${code(text)} is nothing that ${code(subject)} can be`,
    `expected ${all(options, 'or')}`,
    nearest(text, options) === null ? {} : known(span, text, options),
  )
export const needsStepLength = (span: Span, network: Span) =>
  say('SNX0208', span, 'a time in seconds needs the length of a step', 'in seconds', {
    causes: [{ span: network, text: 'this network has no `dt`' }],
    help: advise('write the time in steps, or set `dt = 1 ms` in the network'),
  })
export const shorterThanStep = (span: Span, steps: number) =>
  say('SNX0205', span, '`tau` must be at least 1 step', `this is ${formatQuantity(steps, 'steps')}`)
export const duplicateValue = (span: Span, value: string, first: Span) =>
  say('SNX0209', span, `${code(value)} is in the list twice`, 'again', {
    causes: [{ span: first, text: 'first here' }],
    help: advise('remove one of them'),
  })

// 03 names

export const unknownKey = (span: Span, key: string, kind: string, keys: string[]) =>
  say('SNX0301', span, `${code(kind)} has no key ${code(key)}`, 'unknown key', known(span, key, keys))
export const unknownParameter = ({ span, text }: Word, form: string, names: string[]) =>
  say('SNX0301', span, `${code(form)} has no parameter ${code(text)}`, 'unknown parameter', known(span, text, names))
export const unnamedArgument = ({ span }: Argument, form: string, names: string[]) =>
  names.length === 0
    ? say('SNX0301', span, `${code(form)} takes no parameters`, 'not taken')
    : say('SNX0301', span, `a parameter of ${code(form)} has no name`, 'expected a name', {
        help:
          names.length === 1
            ? insert('write the name', before(span), `${names[0]} = `)
            : advise(`write the name: ${all(names, 'or')}`),
      })
export const neuronArguments = ({ path, span }: Call) =>
  say('SNX0301', span, `${code(path.text)} is no layer that takes parameters`, 'not taken', {
    help: advise('the parameters of a neuron stand in its block'),
  })
export const duplicateKey = (span: Span, key: string, first: Span) =>
  say('SNX0302', span, `${code(key)} is written twice`, 'again', {
    causes: [{ span: first, text: 'first here' }],
    help: advise('remove one of them'),
  })
export const unknownBlock = (span: Span, kind: string, kinds: string[]) =>
  say('SNX0303', span, `${code(kind)} is no kind of block`, 'unknown block', known(span, kind, kinds))
export const foreignKey = (span: Span, key: string, base: string, having: string[], keys: string[]) =>
  say('SNX0304', span, `${code(base)} has no key ${code(key)}`, `a key of ${all(having)}`, {
    notes: [`keys of ${code(base)}: ${all(keys)}`],
  })
export const unknownLayerKind = (span: Span, name: string, names: string[]) =>
  say('SNX0305', span, `no layer or neuron is called ${code(name)}`, 'unknown name', known(span, name, names))
export const unknownLayer = (span: Span, name: string, network: string, names: string[]) =>
  say(
    'SNX0305',
    span,
    `${code(network)} has no layer ${code(name)} with weights`,
    'unknown layer',
    known(span, name, ['first', 'last', ...names]),
  )
export function duplicateBlock(span: Span, name: string, kind: string, sameName: boolean, first: Span): Diagnostic {
  const message =
    sameName && name !== kind ? `two blocks are called ${code(name)}` : `there can be only one ${code(kind)}`
  return say('SNX0306', span, message, 'again', {
    causes: [{ span: first, text: 'first here' }],
    help: advise('remove one of them'),
  })
}
export const missingKey = (span: Span, key: string, kind: string, { type, doc, bound }: Rule) =>
  say('SNX0307', span, `${code(kind)} needs ${code(key)}`, 'lacks a key', {
    notes: [`${code(key)} is the ${doc}`.replace('is the how', 'says how').replace('is the the', 'is the')],
    help: advise(`write ${code(`${key} ${bound ? '<=' : '='} ...`)} with ${example(type)}`),
  })
export const missingParameter = ({ span, path }: Call, name: string, type: ValueType) =>
  say('SNX0307', span, `${code(path.text)} needs ${code(name)}`, 'lacks a parameter', {
    help: advise(`write ${code(`${name} = ...`)} with ${example(type)}`),
  })
export const missingBlock = (span: Span, kind: string) =>
  say('SNX0308', span, `the experiment has no block ${code(kind)}`, 'lacks a block', {
    help: advise(`add ${code(`${kind} { ... }`)}`),
  })
export const unknownBase = (span: Span, kind: string, base: string, bases: string[]) =>
  say('SNX0309', span, `no ${kind} is called ${code(base)}`, 'unknown base', known(span, base, bases))
export const missingBase = (span: Span, kind: string, bases: string[]) =>
  say('SNX0309', span, `this ${code(kind)} has no base`, `expected one of ${all(bases, 'or')}`, {
    help: insert('write a base', after(span), ` : ${bases[0]}`),
  })
export const baseNotTaken = (span: Span, kind: string) =>
  say('SNX0309', span, `${code(kind)} takes no base`, 'not taken')
export const badName = (span: Span, name: string) => {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/^[^a-z]+/, '')
  return say(
    'SNX0310',
    span,
    `${code(name)} is not in snake_case`,
    'expected small letters, digits and `_`',
    snake === '' ? {} : { help: insert('rename it', span, snake) },
  )
}
export const takenName = (span: Span, name: string) =>
  say('SNX0310', span, `${code(name)} is a word of the language`, 'cannot be a name', {
    help: advise('choose another name'),
  })
export const missingName = (span: Span, kind: string) =>
  say('SNX0310', span, `this ${code(kind)} has no name`, 'expected a name after this')
export const baseCycle = (span: Span, name: string) =>
  say('SNX0311', span, `${code(name)} is built on itself`, 'leads back to itself')
export const misplaced = (span: Span, what: string, place: string) =>
  say('SNX0312', span, `${what} does not belong here`, 'not here', { help: advise(`put it ${place}`) })
export const wrongOperator = ({ span, text }: Word, key: string, bound: boolean) =>
  say(
    'SNX0313',
    span,
    bound
      ? `${code(key)} is a bound, which is written with ${code('<=')}`
      : `${code(key)} is a value, which is written with ${code('=')}`,
    `not ${code(text)}`,
    {
      help: insert('use the right sign', span, bound ? '<=' : '='),
    },
  )

// 04 sweeps

export const unknownAddress = (span: Span, path: string, part: string, names: string[]) =>
  say(
    'SNX0401',
    span,
    path === part ? `no block has the address ${code(part)}` : `there is no ${code(part)} in ${code(path)}`,
    'unknown',
    known(span, part, names),
  )
export const parameterOfOther = (span: Span, path: string, parameter: string, form: string) =>
  say('SNX0401', span, `there is no ${code(parameter)} in ${code(path)}, which is ${code(form)}`, 'unknown')
export const sweptFigure = (span: Span, path: string) =>
  say('SNX0401', span, `${code(path)} is computed and cannot be swept`, 'computed', {
    help: advise('bound it with `require`'),
  })
export const figureInWhen = (span: Span, path: string) =>
  say('SNX0401', span, `${code(path)} is computed and can only be used in \`require\``, 'computed')
export const unequalZip = (span: Span, length: number, first: Span, firstLength: number) =>
  say(
    'SNX0402',
    span,
    `\`zip\` pairs ${size(firstLength, 'value')} with ${length.toLocaleString('en')}`,
    size(length, 'value'),
    { causes: [{ span: first, text: size(firstLength, 'value') }] },
  )
export const emptyZip = (span: Span) => say('SNX0403', span, '`zip` pairs nothing', 'empty')
export const emptyList = (span: Span, path: string) =>
  say('SNX0403', span, `${code(path)} is swept over no values`, 'empty')
export const emptyRange = (span: Span, from: Span, to: Span) =>
  say(
    'SNX0403',
    { start: Math.min(span.start, from.start), end: Math.max(from.end, to.end) },
    'the range ends before it starts',
    'empty',
    { help: advise('write the smaller end first') },
  )
export const sweptTwice = (span: Span, path: string, first: Span) =>
  say('SNX0404', span, `${code(path)} is swept twice`, 'again', {
    causes: [{ span: first, text: 'first here' }],
    help: advise('join the two lists'),
  })
export const needsWhen = (span: Span, key: string, address: string, lacking: string[], having: string[]) =>
  say(
    'SNX0405',
    span,
    `${all(lacking)} ${lacking.length === 1 ? 'has' : 'have'} no key ${code(key)}, and ${code(address)} is swept over ${lacking.length === 1 ? 'it' : 'them'}`,
    `only for ${all(having)}`,
    {
      help: advise(
        `put it in ${code(having.length === 1 ? `when ${address} == ${having[0]} { ... }` : `when ${address} in [${having.join(', ')}] { ... }`)}`,
      ),
    },
  )
export const tooManyJobs = (span: Span, limit: number) =>
  say('SNX0406', span, `the sweep makes more than ${size(limit, 'job')}`, 'too many jobs')
export const tooManyValues = (span: Span, length: number, limit: number) =>
  say(
    'SNX0406',
    span,
    `the range has ${size(length, 'value')}, more than ${limit.toLocaleString('en')}`,
    'too many values',
    { help: advise('use a larger `step`, or `linear n` values') },
  )
export const nothingLeft = (span: Span, jobs: number) =>
  say(
    'SNX0407',
    span,
    `the requirements reject ${jobs === 1 ? 'the only job' : `all ${size(jobs, 'job')}`}`,
    'no job is left',
  )
export const neverHolds = (span: Span) => say('SNX0408', span, 'this condition holds in no job', 'never true')
export const notOrdered = (span: Span, path: string, sign: string) =>
  say('SNX0409', span, `${code(path)} has no order, so ${code(sign)} says nothing`, 'expected `==`, `!=` or `in`')
export const rangeOfWords = (span: Span, path: string) =>
  say('SNX0409', span, `${code(path)} has no order, so it has no range`, 'expected a list', {
    help: advise('list the values: `[a, b]`'),
  })
export const logOfNothing = (span: Span) => say('SNX0409', span, 'a `log` range must start above 0', 'not above 0')
export const repeatOnlySeed = (span: Span, path: string) =>
  say('SNX0410', span, `\`repeat\` makes replicates, but ${code(path)} is a parameter`, 'expected `seed`', {
    help: advise('sweep it without `repeat`'),
  })
export const seedNeedsRepeat = (span: Span) =>
  say('SNX0410', span, '`seed` is no parameter: it makes replicates', 'expected `repeat` before it', {
    help: insert('write `repeat`', before(span), 'repeat '),
  })
export const notASweep = (span: Span) =>
  say('SNX0312', span, 'this does not belong in a sweep', 'not here', {
    help: advise(
      'write `ADDRESS in [a, b]`, `repeat seed in 0 .. 4`, `zip NAME { ... }`, `when ... { ... }` or `require ...`',
    ),
  })

// 05 feasibility

export function shapeProblem(
  span: Span,
  reason: string,
  input: readonly number[],
  { network, cause }: { network: string | null; cause: { span: Span; shape: readonly number[] } | null },
): Diagnostic {
  const shape = (sizes: readonly number[]) =>
    sizes.length === 1 ? size(sizes[0], 'value') : `the shape ${sizes.join(' x ')}`
  return say(
    'SNX0501',
    span,
    network === null ? reason : `${reason} (in ${code(network)} of \`std\`)`,
    `its input has ${shape(input)}`,
    {
      causes: cause === null ? [] : [{ span: cause.span, text: `gives ${shape(cause.shape)}` }],
    },
  )
}
export const noWeightLeft = (span: Span, share: number, weights: number) =>
  say(
    'SNX0502',
    span,
    `${formatQuantity(share, 'share')} of ${size(weights, 'prunable connection')} leaves none`,
    'less than one connection',
    {
      help: advise(`keep at least ${formatQuantity(Math.ceil((1 / weights) * 1e6) / 1e6, 'share')}`),
    },
  )
export const notDescending = (span: Span, before: Span, key: string) =>
  say('SNX0503', span, `the nodes of ${code(key)} do not descend`, 'not below the node before', {
    causes: [{ span: before, text: 'the node before' }],
  })
export const nothingPrunable = (span: Span, layers: string[]) =>
  say('SNX0504', span, 'every layer with weights is protected', 'leaves nothing to prune', {
    notes: [`layers with weights: ${all(layers)}`],
  })
export const warmupTooLong = (span: Span, warmup: number, duration: number) =>
  say(
    'SNX0505',
    span,
    `a warm-up of ${formatQuantity(warmup, 'epochs')} does not fit into ${formatQuantity(duration, 'epochs')} of training`,
    'not shorter than `duration`',
  )

// 06 reports

export const singleSeed = (span: Span) =>
  say('SNX0601', span, 'this ranks single runs, whose spread is not known', 'over one seed', {
    severity: 'warning',
    help: advise('add `repeat seed in 0 .. 4` to the sweep'),
  })
export const groupNotSwept = (span: Span, address: string) =>
  say('SNX0602', span, `${code(address)} is not swept, so it makes no groups`, 'not swept')
