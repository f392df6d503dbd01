import type { Metric } from '@snnx/ir'
import type { Board } from '../board/board.ts'
import { describeModel, isSameModel } from '../board/energy.ts'
import type { Point } from '../board/point.ts'
import type { Spread } from '../board/spread.ts'
import { formatFixed, formatShare, formatSi, formatSignificant } from '../format/number.ts'

/** A metric as an axis of a chart. */
export interface Axis {
  id: Metric
  title: string
  /** What stands beside an axis where it is not the title. */
  label?: string
  scale: 'log' | 'linear'
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

export const METRIC_AXES: Readonly<Record<Metric, Axis>> = {
  accuracy: {
    id: 'accuracy',
    title: 'Accuracy',
    label: 'Test accuracy, %',
    scale: 'linear',
    describe: () => 'Top-1 on the test set, in percent.',
    of: (point) => point.accuracy,
    format: formatFixed,
  },
  connectivity: {
    id: 'connectivity',
    title: 'Connectivity',
    scale: 'log',
    describe: () => 'Remaining weights as a share of all prunable ones.',
    of: (point) => point.connectivity,
    format: formatShare,
  },
  flops: {
    id: 'flops',
    title: 'FLOPs',
    scale: 'log',
    describe: () => '1 FLOP = 1 MAC, one inference over all T steps, surviving weights only.',
    of: (point) => point.flops,
    format: (value) => formatSi(value),
  },
  synops: {
    id: 'synops',
    title: 'SynOps',
    scale: 'log',
    describe: () =>
      'Synaptic operations of one inference over all T steps, measured on the test set: surviving weights that a non-zero input reaches.',
    of: (point) => point.synops,
    format: (value) => formatSi(value),
  },
  energy: {
    id: 'energy',
    title: 'Energy',
    scale: 'log',
    describe: describeEnergy,
    of: ({ energyPJ, energyModels }, board) =>
      energyPJ !== null && isSameModel(energyModels[0]!, board.energyModels[0]!) ? scale(energyPJ, 1e-12) : null,
    format: (value) => formatSi(value, 'J'),
  },
  latency: {
    id: 'latency',
    title: 'Latency',
    scale: 'log',
    describe: () => 'Measured wall-clock of one inference at batch 1, median, on the machine named in the record.',
    of: (point) => (point.latencyMs === null ? null : scale(point.latencyMs, 1e-3)),
    format: (value) => formatSi(value, 's'),
  },
  bytes: {
    id: 'bytes',
    title: 'Weights file',
    scale: 'log',
    describe: () => 'Size of the weights file as stored.',
    of: (point) => point.bytes,
    format: (value) => formatSi(value, 'B'),
  },
  epochs: {
    id: 'epochs',
    title: 'Epochs',
    scale: 'linear',
    describe: () => 'Training after the dense network; for the dense network, its own.',
    of: (point) => point.epochs,
    format: formatSignificant,
  },
}

/** The costs that accuracy is drawn against on every board. */
export const AXES: readonly Axis[] = (['connectivity', 'flops', 'synops', 'energy', 'latency'] as const).map(
  (metric) => METRIC_AXES[metric],
)
