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
