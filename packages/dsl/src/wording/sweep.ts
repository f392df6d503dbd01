import type { Span } from '../source.ts'
import type { Word } from '../syntax/ast.ts'
import { advise, all, before, code, insert, known, say, size } from './say.ts'

// Messages about sweeps: SNX04.
export const unknownAddress = (span: Span, path: string, part: string, names: string[]) =>
  say(
    'SNX0401',
    span,
    path === part ? `no block has the address ${code(part)}` : `there is no ${code(part)} in ${code(path)}`,
    'unknown',
    known(span, part, names),
  )
export const addressedByKind = (span: Span, kind: string, address: string) =>
  say('SNX0401', span, `this ${code(kind)} has a name, by which it is addressed`, 'not by its kind', {
    help: insert('write its name', span, address),
  })
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
export const zipNamedTwice = (span: Span, name: string, first: Span) =>
  say('SNX0404', span, `${code(name)} names two dimensions of the sweep`, 'again', {
    causes: [{ span: first, text: 'first here' }],
    help: advise('give each a name of its own'),
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
export const sweptWithSign = ({ span, text }: Word, list: boolean) =>
  say('SNX0312', span, 'a sweep goes over values with `in`', `not ${code(text)}`, {
    help: list ? insert('write `in`', span, 'in') : advise('write `ADDRESS in [a, b]`, or fix the value in its block'),
  })
export const tooManyAxes = (span: Span, axes: number, limit: number) =>
  say('SNX0406', span, `the sweep has ${size(axes, 'parameter')}, more than ${limit}`, 'too many')
