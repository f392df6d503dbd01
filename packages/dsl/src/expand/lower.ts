import type { Compress, DatasetFacts, DatasetSpec, EnergyName, Network, Resource, Train } from '@snnx/ir'
import { costLayers, countPrunable, keptWeights, RESOURCES } from '@snnx/ir'
import type { Report } from '../check/report.ts'
import type { Limit } from '../check/value.ts'
import { isFact } from '../schema/schema.ts'
import type { Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import { findInfeasible, type Infeasible, lowerBounds } from './bounds.ts'
import type { Settled } from './settle.ts'

type Variation =
  | { kind: 'crop'; padding: number }
  | { kind: 'roll'; shift: number }
  | { kind: 'resized_crop'; area: number }
  | { kind: 'flip' }

/** What the data say about the network that sees them. */
export type DataFacts = Pick<DatasetFacts, 'shape' | 'classes'> & Partial<Pick<DatasetFacts, 'train' | 'events'>>

/** The facts of a data set, as far as its settings say them. */
export function findFacts({ base, root, values }: Settled): DataFacts | undefined {
  const { size, classes, train } = values as Partial<Record<'size' | 'classes' | 'train', number>>
  const isKnown = base === 'images' ? size !== undefined : root?.own === false
  if (!isKnown || classes === undefined) return undefined
  if (base === 'images') return { shape: [3, size!, size!], classes }
  return { shape: values.shape as number[], classes, train: train!, ...(base === 'recordings' && { events: true }) }
}

/** A data set's settings as the engine takes them. */
export function lowerDataset(
  { base, root, values, spans, complete }: Settled,
  facts: DataFacts | undefined,
  report: Report,
): DatasetSpec | null {
  if (root?.own && base !== null && root.rule.bases?.[base].sealed) {
    // A library may describe data of its own, but no reader knows where they are.
    report(wording.formatAlone(root.block.base?.span ?? root.block.head, base))
    return null
  }
  if (!complete || facts === undefined) return null
  const { augment = [], ...rest } = Object.fromEntries(
    Object.entries(values).filter(([key]) => !isFact(root!.rule, base, key)),
  )
  const variations = augment as unknown as Variation[]
  const crop = variations.find((variation) => variation.kind === 'crop')?.padding ?? 0
  const area = variations.find((variation) => variation.kind === 'resized_crop')?.area
  const smallest = Math.min(...facts.shape.slice(-2))
  if (crop >= smallest) {
    report(wording.cropTooLarge(spans.augment, crop, smallest))
    return null
  }
  if (base === 'images') {
    // As 256 is to 224, with margins as wide on both sides.
    const { size, shorter = size + 2 * Math.round(size / 14) } = rest as Record<'size' | 'shorter', number>
    if (shorter < size) {
      report(wording.shorterThanSize(spans.shorter, shorter, spans.size, size))
      return null
    }
    rest.shorter = shorter
  } else if (area !== undefined) {
    report(wording.onlyOfImages(spans.augment, 'resized_crop'))
    return null
  }
  // Left out where nothing is varied, so that a job has one form.
  const roll = variations.find((variation) => variation.kind === 'roll')?.shift
  const flip = variations.some(({ kind }) => kind === 'flip')
  const varied = variations.length > 0 && {
    augment: { crop, flip, ...(roll !== undefined && { roll }), ...(area !== undefined && { area }) },
  }
  return { name: base === 'images' ? base : root!.address, ...rest, ...varied } as DatasetSpec
}

/** The training's settings and its engine. */
export function lowerTrain(settled: Settled, report: Report): { train: Train; backend: string } | null {
  const { duration, backend, start, ...rest } = settled.values
  const schedule = rest.schedule as Train['schedule'] | undefined
  if (settled.complete && duration === 0 && start === undefined) {
    report(wording.nothingTrained(settled.spans.duration))
    return null
  }
  if (Number(duration) > 0 && schedule?.kind === 'cosine' && schedule.warmup >= (duration as number)) {
    const span = settled.spans.schedule ?? settled.spans.duration
    report(wording.warmupTooLong(span, schedule.warmup, duration as number))
    return null
  }
  if (!settled.complete) return null
  // Left out where there is none, so that a job has one form.
  const from = start !== undefined && { start: { file: (start as { path: string }).path, sha256: null } }
  return { train: { ...rest, epochs: duration, ...from } as Train, backend: backend as string }
}

/** Batches of one epoch, without the examples that are split off for validation. */
export function countBatches({ batch, validation }: DatasetSpec, train: number): number {
  return Math.ceil((train - Math.round(validation * train)) / batch)
}

/** What a job does not say, so that it has one form. */
const USUAL: Readonly<Record<string, string>> = { allocation: 'global', start: 'dense', path: 'node', score: 'priced' }

/** A compression, and the bounds that it cannot meet. */
export interface LoweredCompress {
  compress: Compress | null
  infeasible: Infeasible[]
}

/**
 * The compression's settings for this network: layer names found, every node possible.
 * @param device whose bounds hold too
 * @param batches those of an epoch; `null` where the data set is not in order
 */
export function lowerCompress(
  settled: Settled,
  device: Settled | null,
  network: Network | null,
  batches: number | null,
  report: Report,
): LoweredCompress {
  const { values, base, complete } = settled
  const nothing = { compress: null, infeasible: [] }
  const protect = network === null ? null : findProtected(values.protect, network, report)
  const nodes = lowerBounds(settled, device, report)
  const shares = (values.connectivity ?? []) as unknown as Limit[]
  if (network !== null && protect !== null) checkNodes(shares, settled.spans, protect, network, report)
  if (!complete || protect === null || nodes === null || network === null) return nothing
  if (nodes.connectivity.length === 0) {
    report(wording.noBound(settled.head))
    return nothing
  }
  if (values.interval !== undefined && values.start !== 'initial' && batches !== null)
    checkInterval(settled, nodes.connectivity.length, batches, report)
  const { s_rate: s, y_rate: y, z_rate: z, fits, energy_model: energy, ...rest } = values
  const said = Object.entries(rest).filter(
    ([key, value]) => USUAL[key] !== value && !RESOURCES.includes(key as Resource),
  )
  const bounded = nodes.bounds.some(({ resource }) => resource === 'energy')
  const compress = {
    scope: 'global',
    ...Object.fromEntries(said),
    method: base,
    protect,
    connectivity: nodes.connectivity,
    ...(nodes.bounds.length > 0 && { bounds: nodes.bounds }),
    ...(bounded && energy !== 'fp32' && { energy }),
    ...(base === 'minimax' && { path: 'dual', rates: { s, y, z } }),
  } as Compress
  return { compress, infeasible: findInfeasible(settled, nodes, network, protect, energy as EnergyName) }
}

function findProtected(protect: Plain | undefined, network: Network, report: Report): string[] | null {
  const names = costLayers(network).map(({ name }) => name)
  let sound = true
  const found = ((protect ?? []) as unknown as { name: string; span: Span }[]).map(({ name, span }) => {
    if (name === 'first') return names[0]
    if (name === 'last') return names.at(-1)!
    if (!names.includes(name)) {
      report(wording.unknownLayer(span, name, network.name, names))
      sound = false
    }
    return name
  })
  return sound ? names.filter((name) => found.includes(name)) : null
}

function checkNodes(
  nodes: readonly Limit[],
  spans: Readonly<Record<string, Span>>,
  protect: readonly string[],
  network: Network,
  report: Report,
): void {
  const layers = costLayers(network)
  const weights = countPrunable(network, protect)
  if (weights === 0) {
    if (layers.length > 0)
      report(
        wording.nothingPrunable(
          spans.protect,
          layers.map(({ name }) => name),
        ),
      )
    return
  }
  const empty = nodes.find(({ value }) => keptWeights(value, weights) < 1)
  if (empty !== undefined) report(wording.noWeightLeft(empty.span, empty.value, weights))
}

function checkInterval({ values, spans, base }: Settled, nodes: number, batches: number, report: Report): void {
  const { interval, schedule } = values as { interval: number; schedule: Compress['schedule'] }
  const epochs = (values.span as number) * (schedule === 'sequential' ? nodes : 1)
  const steps = Math.max(1, Math.round(epochs * batches))
  const place = spans.interval ?? spans.span ?? spans.connectivity
  if (interval > steps)
    report(
      wording.intervalTooLong(
        place,
        base!,
        { batches: interval, written: spans.interval !== undefined },
        epochs,
        steps,
      ),
    )
}
