import type { Board } from '../board/board.ts'
import { describeModel, isSameModel } from '../board/energy.ts'
import type { Point } from '../board/point.ts'
import type { Spread } from '../board/spread.ts'
import { formatShare, formatSi } from '../format/number.ts'

/** A quantity that accuracy can be drawn against. */
export interface Axis {
  id: string
  title: string
  /** What the figures mean. */
  describe(board: Board): string
  /** In the unit that `format` expects; `null` where a point has no such figure, or none that compares with the others. */
  of(point: Point, board: Board): Spread | null
  format(value: number): string
}

const scale = (spread: Spread, factor: number): Spread => ({
  ...spread,
  mean: spread.mean * factor,
  min: spread.min * factor,
  max: spread.max * factor,
  deviation: spread.deviation === null ? null : spread.deviation * factor,
  interval: spread.interval && [spread.interval[0] * factor, spread.interval[1] * factor],
})

function describeEnergy({ energyModels: [model, ...others] }: Board): string {
  const estimate = `An estimate from the SynOps of one inference: ${describeModel(model!)}.`
  if (others.length === 0) return estimate
  return `${estimate} Some records use another model, which does not compare, and are not drawn: ${others.map(describeModel).join('; ')}.`
}

/** The horizontal axes of a board's chart; the first is shown at first. */
export const AXES: readonly Axis[] = [
  {
    id: 'connectivity',
    title: 'Connectivity',
    describe: () => 'Remaining weights as a share of all prunable ones.',
    of: (point) => point.connectivity,
    format: formatShare,
  },
  {
    id: 'flops',
    title: 'FLOPs',
    describe: () => '1 FLOP = 1 MAC, one inference over all T steps, surviving weights only.',
    of: (point) => point.flops,
    format: (value) => formatSi(value),
  },
  {
    id: 'synops',
    title: 'SynOps',
    describe: () =>
      'Synaptic operations of one inference over all T steps, measured on the test set: surviving weights that a non-zero input reaches.',
    of: (point) => point.synops,
    format: (value) => formatSi(value),
  },
  {
    id: 'energy',
    title: 'Energy',
    describe: describeEnergy,
    of: ({ energyPJ, energyModels }, board) =>
      energyPJ !== null && isSameModel(energyModels[0]!, board.energyModels[0]!) ? scale(energyPJ, 1e-12) : null,
    format: (value) => formatSi(value, 'J'),
  },
  {
    id: 'latency',
    title: 'Latency',
    describe: () => 'Measured wall-clock of one inference at batch 1, median, on the machine named in the record.',
    of: (point) => (point.latencyMs === null ? null : scale(point.latencyMs, 1e-3)),
    format: (value) => formatSi(value, 's'),
  },
]
