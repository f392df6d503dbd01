import { z } from 'zod'

export const OptimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adam'),
    lr: z.number().positive(),
    beta1: z.number().min(0).lt(1),
    beta2: z.number().min(0).lt(1),
    epsilon: z.number().positive(),
  }),
  z.strictObject({ kind: z.literal('sgd'), lr: z.number().positive(), momentum: z.number().min(0).lt(1) }),
])

export const ScheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** lr * (1 + cos(pi t)) / 2 over the duration, after a linear rise over `warmup` epochs. */
  z.strictObject({ kind: z.literal('cosine'), warmup: z.number().min(0) }),
])

/** How the dense network is trained; compression uses the same loss, optimiser and schedule at each node. */
export const TrainSchema = z.strictObject({
  loss: z.enum(['mse', 'cross_entropy']),
  optimizer: OptimizerSchema,
  schedule: ScheduleSchema,
  epochs: z.int().positive(),
})

export type Optimizer = z.infer<typeof OptimizerSchema>
export type Schedule = z.infer<typeof ScheduleSchema>
export type Train = z.infer<typeof TrainSchema>
