import type { Diagnostic } from '../diagnostic.ts'
import { nearest } from '../nearest.ts'
import type { ValueType } from '../schema/type.ts'
import { DIMENSIONS, type Dimension, formatQuantity, UNITS } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import type { Path, Quantity, Value, Word } from '../syntax/ast.ts'
import { advise, after, all, code, type Extra, example, insert, known, say } from './say.ts'

// Messages about values and units: SNX02.
const KINDS = {
  quantity: 'a number',
  product: 'a product',
  list: 'a list',
  text: 'a text',
  pipeline: 'layers in a row',
}
const kindOf = (value: Value) =>
  value.node === 'call' ? (value.args === null ? 'a word' : 'a form with parameters') : KINDS[value.node]

export const wrongKind = (value: Value, subject: string, type: ValueType) =>
  say(
    'SNX0201',
    value.span,
    `${code(subject)} takes ${type.noun}, but this is ${kindOf(value)}`,
    `expected ${example(type)}`,
    helpWithKind(value, type),
  )
function helpWithKind(value: Value, { takes }: ValueType): Pick<Extra, 'help'> {
  if (value.node === 'text' && (takes === 'choice' || takes === 'variant' || takes === 'layer' || takes === 'address'))
    return { help: insert('write it without quotes', value.span, value.text) }
  if (value.node !== 'list') return {}
  if (takes === 'layers') return { help: advise('join the layers with `->`') }
  return takes === 'bounds' ? { help: advise('go from node to node with `then`: `25 % then 5 %`') } : {}
}
export function unknownUnit(unit: Word, subject: string, type: ValueType): Diagnostic {
  const fitting =
    type.takes === 'number' ? Object.keys(UNITS).filter((name) => type.dimensions.includes(UNITS[name].dimension)) : []
  const close = nearest(unit.text, fitting) ?? nearest(unit.text, Object.keys(UNITS))
  const help = close === null ? {} : { help: insert('use the nearest known unit', unit.span, close) }
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
export const notWhole = (span: Span, subject: string) =>
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
    helpWithOption(text, span, options),
  )
/** How other languages call `on` and `off`. */
const FLAGS: Readonly<Record<string, string>> = { true: 'on', yes: 'on', false: 'off', no: 'off', none: 'off' }
function helpWithOption(text: string, span: Span, options: string[]): Pick<Extra, 'help' | 'notes'> {
  const flag = options.includes('on') ? FLAGS[text.toLowerCase()] : undefined
  if (flag !== undefined) return { help: insert(`write ${code(flag)}`, span, flag) }
  return nearest(text, options) === null ? {} : known(span, text, options)
}
export const needsStepLength = (span: Span, network: Span) =>
  say('SNX0208', span, 'a time in seconds needs the length of a step', 'in seconds', {
    causes: [{ span: network, text: 'this network has no `dt`' }],
    help: advise('write the time in steps, or set `dt = 1 ms` in the network'),
  })
export const shorterThanStep = (span: Span, steps: number) =>
  say('SNX0205', span, '`tau` must be at least 1 step', `this is ${formatQuantity(steps, 'steps')}`)
export const cropTooLarge = (span: Span, crop: number, size: number) =>
  say(
    'SNX0205',
    span,
    `a crop of ${formatQuantity(crop, 'pixels')} can leave nothing of images of ${formatQuantity(size, 'pixels')}`,
    'too large',
  )
export const shorterThanSize = (span: Span, shorter: number, at: Span, size: number) =>
  say(
    'SNX0205',
    span,
    `${code('shorter')} must be at least ${code('size')}`,
    `this is ${formatQuantity(shorter, 'pixels')}`,
    { causes: [{ span: at, text: `${code('size')} is ${formatQuantity(size, 'pixels')}` }] },
  )
export const onlyOfImages = (span: Span, form: string) =>
  say(
    'SNX0207',
    span,
    `${code(form)} is only for data sets of ${code('images')}, whose files are larger than what is fed`,
    'not here',
  )
export const plifForgetsAll = (span: Span) =>
  say('SNX0205', span, '`tau` of `plif` must be more than 1 step', 'this is 1 step', {
    notes: ['`plif` learns w = -log(tau - 1), which is infinite at 1'],
  })
export const leadsOut = (span: Span, subject: string, path: string) =>
  say(
    'SNX0210',
    span,
    `${code(subject)} must lead to something beside the spec`,
    path === '' ? 'leads nowhere' : 'leads elsewhere',
    {
      notes: ['a path is relative, with `/` between its parts and without `..`'],
      help: advise('put what it names beside the spec, or into a folder there'),
    },
  )
export const rangeOfTwo = (span: Span, dimension: Dimension, from: Span, first: Dimension) =>
  say('SNX0204', span, 'the ends of the range measure different things', DIMENSIONS[dimension].noun, {
    causes: [{ span: from, text: DIMENSIONS[first].noun }],
    help: advise('write both ends in units of one kind'),
  })
export const duplicateValue = (span: Span, value: string, first: Span) =>
  say('SNX0209', span, `${code(value)} is in the list twice`, 'again', {
    causes: [{ span: first, text: 'first here' }],
    help: advise('remove one of them'),
  })
export const duplicatePoint = (span: Span, together: readonly string[], first: Span) =>
  together.length === 1
    ? duplicateValue(span, together[0], first)
    : say('SNX0209', span, `\`zip\` pairs ${all(together)} twice`, 'again', {
        causes: [{ span: first, text: 'first here' }],
        help: advise('remove one of the pairs, or change one of its values'),
      })
