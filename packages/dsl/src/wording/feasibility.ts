import { nameAmount } from '@snnx/ir'
import type { Diagnostic } from '../diagnostic.ts'
import type { Infeasible } from '../expand/bounds.ts'
import { formatQuantity } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import { advise, all, code, say, size } from './say.ts'

// Messages about what cannot work: SNX05.
/** What flows where a layer does not fit; `null` where shapes are not the reason, or the layers stand in `std/`. */
interface Flow {
  input: readonly number[] | null
  source: { span: Span; shape: readonly number[] } | null
  /** The layers of a residual block's shortcut. */
  branches: number | null
  /** The layers before it with the shapes that they give, the data first. */
  trail: readonly { name: string; shape: readonly number[] }[]
  /** The groups into which a vote cannot share out its input. */
  groups: number | null
}

/** Where the layer stands: its span, where the network that it is written in is used, or the network of `std/`. */
interface Place {
  span: Span
  use: Span | null
  library: string | null
}

export function shapeProblem({ span, use, library }: Place, reason: string, flow: Flow): Diagnostic {
  const { input, source, branches, groups, trail } = flow
  const sizes = (of: readonly number[]) => of.join(' x ')
  const shape = (of: readonly number[]) => (of.length === 1 ? size(of[0], 'value') : `the shape ${sizes(of)}`)
  const label =
    branches !== null ? 'its branches differ' : input === null ? 'not here' : `its input has ${shape(input)}`
  return say('SNX0501', span, `${reason}${ofLibrary(library)}`, label, {
    causes: [
      ...(source === null ? [] : [{ span: source.span, text: `gives ${shape(source.shape)}` }]),
      ...(use === null ? [] : [{ span: use, text: 'used as a layer here' }]),
    ],
    ...(trail.length > 0 && {
      notes: [`shapes up to here: ${trail.map((step) => `${step.name} ${sizes(step.shape)}`.trimEnd()).join(' -> ')}`],
    }),
    ...(branches === 0 && {
      help: advise('give it a shortcut that makes the same shape: `residual(add) { ... } shortcut { ... }`'),
    }),
    ...(groups !== null && { help: advise(`give it a multiple of ${size(groups, 'value')}`) }),
  })
}
/** Names the network of `std/` in which something is wrong. */
export const ofLibrary = (library: string | null) =>
  library === null ? '' : ` (in ${code(library)} of ${code('std')})`
export const framesDiffer = (span: Span, dataset: string, frames: number, steps: number) =>
  say(
    'SNX0501',
    span,
    `${code(dataset)} has ${size(frames, 'frame')}, but the network runs ${size(steps, 'step')}`,
    'one frame a step',
    {
      help: advise(`set ${code(`frames = ${steps}`)} in the data set, or ${code(`steps = ${frames}`)} in the network`),
    },
  )
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
    { help: advise('train for longer, or write `schedule = cosine(warmup = 0 epochs)`') },
  )
export const nothingTrained = (span: Span) =>
  say('SNX0510', span, 'a network that starts from random weights needs training', 'no training', {
    help: advise('train it for at least 1 epoch, or give it weights with `start = file("weights.safetensors")`'),
  })
export const intervalTooLong = (
  span: Span,
  method: string,
  interval: { batches: number; written: boolean },
  epochs: number,
  batches: number,
) =>
  say(
    'SNX0506',
    span,
    `an interval of ${size(interval.batches, 'batch', 'batches')} does not fit into a span of ${formatQuantity(epochs, 'epochs')}`,
    `the span has ${size(batches, 'batch', 'batches')}`,
    {
      ...(!interval.written && { notes: [`${code(method)} takes this \`interval\` where none is written`] }),
      help: advise(`write \`interval\` with at most ${formatQuantity(batches, 'batches')}, or a longer \`span\``),
    },
  )

export function infeasible(
  { resource, span, limit, least, because, sure }: Infeasible,
  jobs: number,
  all_: number,
): Diagnostic {
  const format = (value: number) => nameAmount(value, resource)
  const where = jobs === all_ ? '' : ` in ${jobs.toLocaleString('en')} of ${size(all_, 'job')}`
  const who = because.length === 0 ? 'the network' : all(because)
  const may = sure ? 'cannot' : 'may not'
  return say(
    'SNX0507',
    span,
    `the ${code(resource)} bound ${may} be met${where}`,
    `below the ${format(least)} that ${who} alone ${because.length > 1 ? 'need' : 'needs'}`,
    {
      notes: sure
        ? [`the bound is ${format(limit)}`]
        : [`the bound is ${format(limit)}; inputs that are 0 cost nothing, so the data decide`],
      help: advise(
        because.length === 0
          ? 'raise the bound, or make the network smaller'
          : 'raise the bound, or protect fewer layers',
      ),
      ...(!sure && { severity: 'warning' as const }),
    },
  )
}
export const unequalNodes = (span: Span, key: string, nodes: number, other: string, most: number, first: Span) =>
  say('SNX0508', span, `${code(key)} has ${size(nodes, 'node')}, but ${code(other)} has ${most}`, 'not as many', {
    causes: [{ span: first, text: `${size(most, 'node')} begin here` }],
    help: advise('give it a limit for each node, or one, which holds at the last'),
  })
export const noBound = (head: Span) =>
  say('SNX0509', head, '`compress` bounds nothing', 'needs a bound', {
    help: advise('add one, such as `connectivity <= 5 %` or `synops <= 25 %`'),
  })
