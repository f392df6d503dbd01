import { z } from 'zod'

/** The figures that a report can show and rank by, and what each is. */
export const METRICS = {
  accuracy: 'test accuracy',
  connectivity: 'remaining share of the prunable connections',
  flops: 'multiply-accumulates of one inference with the surviving weights',
  synops: 'synaptic operations of one inference, measured',
  energy: 'estimate from the operations',
  latency: 'measured time of one inference',
  bytes: 'size of the weights file',
  epochs: 'training after the dense network',
} as const

export type Metric = keyof typeof METRICS

const MetricSchema = z.enum(Object.keys(METRICS) as [Metric, ...Metric[]])

/** What an experiment asks to be shown of its results; what is left out is as usual. */
export const ReportSchema = z.strictObject({
  /** What orders the rows, the best first: the most accurate, or the least of any other figure. */
  rank: MetricSchema.optional(),
  /** One figure against another, and the swept address or name by which points are grouped. */
  plot: z
    .strictObject({ kind: z.literal('pareto'), x: MetricSchema, y: MetricSchema, group: z.string().optional() })
    .optional(),
  /** The columns. */
  table: z.array(MetricSchema).optional(),
})

export type Report = z.infer<typeof ReportSchema>

/** A report in which everything is said. */
export interface CompleteReport {
  /** `null`: in reading order, from many connections to few. */
  rank: Metric | null
  plot: { x: Metric; y: Metric; group: string }
  table: readonly Metric[]
}

/** What a report asks for and, where it says nothing, what is usual: for the terminal and the site alike. */
export function completeReport({ rank, plot, table }: Report = {}): CompleteReport {
  return {
    rank: rank ?? null,
    plot: { x: plot?.x ?? 'connectivity', y: plot?.y ?? 'accuracy', group: plot?.group ?? 'compress' },
    table: table ?? ['connectivity', 'accuracy', 'epochs', 'flops', 'synops', 'energy', 'latency', 'bytes'],
  }
}

/** Orders two values of a metric, the better one first: the more accurate, the less of anything else. */
export function compareMetric(metric: Metric, one: number, other: number): number {
  return metric === 'accuracy' ? other - one : one - other
}
