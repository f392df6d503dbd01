import type { Point } from '../board/point.ts'
import type { Spread } from '../board/spread.ts'
import { formatShare, formatSi } from '../format/number.ts'

/** A quantity that accuracy can be drawn against. */
export interface Axis {
  id: string
  title: string
  /** What the figures mean, in one sentence. */
  meaning: string
  /** In the unit that `format` expects; `null` where a point has no such figure. */
  of(point: Point): Spread | null
  format(value: number): string
}

const scale = (spread: Spread, factor: number): Spread => ({
  ...spread,
  mean: spread.mean * factor,
  min: spread.min * factor,
  max: spread.max * factor,
  deviation: spread.deviation === null ? null : spread.deviation * factor,
})

/** The horizontal axes of a board's chart; the first is shown at first. */
export const AXES: readonly Axis[] = [
  {
    id: 'connectivity',
    title: 'Connectivity',
    meaning: 'Remaining connections as a share of all prunable ones.',
    of: (point) => point.connectivity,
    format: formatShare,
  },
  {
    id: 'flops',
    title: 'FLOPs',
    meaning: '1 FLOP = 1 MAC, one inference over all T steps, surviving weights only.',
    of: (point) => point.flops,
    format: (value) => formatSi(value),
  },
  {
    id: 'synops',
    title: 'SynOps',
    meaning:
      'Synaptic operations of one inference over all T steps, measured on the test set: surviving weights that a non-zero input reaches.',
    of: (point) => point.synops,
    format: (value) => formatSi(value),
  },
  {
    id: 'energy',
    title: 'Energy',
    meaning: 'An estimate from the SynOps of one inference: 4.6 pJ per MAC, 0.9 pJ per AC (45 nm, Horowitz 2014).',
    of: (point) => scale(point.energyPJ, 1e-12),
    format: (value) => formatSi(value, 'J'),
  },
  {
    id: 'latency',
    title: 'Latency',
    meaning: 'Measured wall-clock of one inference at batch 1, median, on the machine named in the record.',
    of: (point) => (point.latencyMs === null ? null : scale(point.latencyMs, 1e-3)),
    format: (value) => formatSi(value, 's'),
  },
]
