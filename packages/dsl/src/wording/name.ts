import type { Diagnostic } from '../diagnostic.ts'
import type { Rule, ValueType } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Call, Word } from '../syntax/ast.ts'
import { advise, after, all, before, code, example, insert, known, say } from './say.ts'

// Messages about names, keys and blocks: SNX03.
/** What the bases of a kind of block are called. */
export const KIND_NOUNS: Readonly<Record<string, string>> = { dataset: 'data set', compress: 'method' }

/** @param owner the key that takes a form with a parameter of this name */
export function unknownKey(
  span: Span,
  key: string,
  kind: string,
  keys: string[],
  owner: { key: string; form: string } | null = null,
): Diagnostic {
  if (owner !== null)
    return say('SNX0301', span, `${code(kind)} has no key ${code(key)}`, 'unknown key', {
      help: advise(`write it in ${code(owner.key)}: ${code(`${owner.key} = ${owner.form}(${key} = ...)`)}`),
    })
  if (key === 'seed')
    return say('SNX0301', span, `${code(kind)} has no key ${code(key)}`, 'unknown key', {
      help: advise('write `repeat seed in 0 .. 4` in the block `sweep { ... }`'),
    })
  const { help, notes = [] } = known(span, key, keys)
  const unused = kind === 'network' && notes.length > 0 ? [`no layer refers to a number ${code(key)}`] : []
  const extra = { notes: [...notes, ...unused], ...(help !== undefined && { help }) }
  return say('SNX0301', span, `${code(kind)} has no key ${code(key)}`, 'unknown key', extra)
}
export const unknownParameter = ({ span, text }: Word, form: string, names: string[]) =>
  say('SNX0301', span, `${code(form)} has no parameter ${code(text)}`, 'unknown parameter', known(span, text, names))
export const unknownNumber = (span: Span, name: string, network: string, names: string[]) =>
  say('SNX0305', span, `${code(network)} has no number ${code(name)}`, 'unknown number', {
    ...known(span, name, names),
    ...(names.length === 0 && { help: advise(`write ${code(`${name} = 64`)} in the network`) }),
  })
export const unnamedArgument = ({ span }: { span: Span }, form: string, names: string[], first: boolean) =>
  names.length === 0
    ? say('SNX0301', span, `${code(form)} takes no ${first ? '' : 'further '}parameters`, 'not taken')
    : say('SNX0301', span, `a parameter of ${code(form)} has no name`, 'expected a name', {
        help:
          names.length === 1
            ? insert('write the name', before(span), `${names[0]} = `)
            : advise(`write the name: ${all(names, 'or')}`),
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
export const factChanged = (span: Span, key: string, base: string) =>
  say(
    'SNX0320',
    span,
    `${code(key)} says what the data of ${code(base)} are, which nobody chooses`,
    'cannot be changed',
  )
export const formatAlone = (span: Span, format: string) =>
  say('SNX0320', span, `${code(format)} is how files are written, and says not which data they are`, 'not a data set', {
    help: advise('build on a data set of `std`, such as `mnist`, or on `images` for images of your own'),
  })
export const unknownLayerKind = (span: Span, name: string, names: string[]) =>
  say('SNX0305', span, `no layer, neuron or network is called ${code(name)}`, 'unknown name', known(span, name, names))
export const unknownDevice = (span: Span, name: string, names: string[]) =>
  say('SNX0305', span, `no device is called ${code(name)}`, 'unknown name', known(span, name, names))
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
export const secondNetwork = (span: Span, first: Span) =>
  say('SNX0306', span, 'the experiment trains one network, and no other uses this one', 'used by none', {
    causes: [{ span: first, text: 'used by none either' }],
    help: advise('make it a layer of the other, or remove it'),
  })
export const missingKey = (span: Span, key: string, kind: string, { type, doc, bound }: Rule) =>
  say('SNX0307', span, `${code(kind)} needs ${code(key)}`, 'lacks a key', {
    notes: [`${code(key)}: ${doc}`],
    help: advise(`write ${code(`${key} ${bound ? '<=' : '='} ...`)} with ${example(type)}`),
  })
export const missingParameter = ({ span, path }: Call, name: string, type: ValueType) =>
  say('SNX0307', span, `${code(path.text)} needs ${code(name)}`, 'lacks a parameter', {
    help: advise(`write ${code(`${name} = ...`)} with ${example(type)}`),
  })
export const missingPadding = (span: Span) =>
  say('SNX0307', span, '`conv` needs `padding` where its kernel is even', 'lacks a parameter', {
    notes: ['without it the padding is (kernel - 1) / 2'],
    help: advise('write `padding = ...` with a whole number of pixels, such as `1`'),
  })
export const missingBlock = (span: Span, kind: string) =>
  say('SNX0308', span, `the experiment has no block ${code(kind)}`, 'lacks a block', {
    help: advise(`add ${code(`${kind} { ... }`)}`),
  })
export const unknownBase = (span: Span, kind: string, base: string, bases: string[]) =>
  say(
    'SNX0309',
    span,
    `no ${KIND_NOUNS[kind] ?? kind} is called ${code(base)}`,
    'unknown base',
    known(span, base, bases),
  )
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
export const containsItself = (span: Span, name: string) =>
  say('SNX0311', span, `the network ${code(name)} is a part of itself`, 'leads back to itself')
export const baseCycle = (span: Span, name: string) =>
  say('SNX0311', span, `${code(name)} is built on itself`, 'leads back to itself')
export const partWithKey = (span: Span, key: string, name: string, use: Span) =>
  say('SNX0312', span, `${code(key)} of ${code(name)} has no meaning inside another network`, 'not here', {
    ...(use !== span && { causes: [{ span: use, text: 'used as a layer here' }] }),
    help: advise('write it in the network around it'),
  })
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
export const onlyBoundsWalk = (span: Span, key: string) =>
  say(
    'SNX0313',
    span,
    `${code(key)} is fixed by one value, and only a bound walks on with ${code('then')}`,
    'one too many',
  )
export const wrongBody = ({ path, body }: Call, needed: boolean) =>
  needed
    ? say('SNX0314', path.span, `${code(path.text)} holds no layers`, 'expected layers in braces after it', {
        help: advise(`write ${code(`${path.text === 'repeat' ? 'repeat(3)' : 'residual(add)'} { a -> b }`)}`),
      })
    : say('SNX0314', body!.span, `${code(path.text)} cannot hold layers`, 'not taken', {
        help: advise('only `repeat` and `residual` hold layers; others go on with `->`'),
      })
export const shortcutNotTaken = (span: Span, layer: string) =>
  say('SNX0314', span, `${code(layer)} has no shortcut`, 'not taken', {
    help: advise('a shortcut belongs to `residual(add) { ... }`'),
  })
