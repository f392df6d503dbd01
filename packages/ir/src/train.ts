import { z } from 'zod'
import { staysInside } from './inside.ts'

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

/** A safetensors file, beside the spec, whose tensors the dense network starts from. */
export const StartSchema = z.strictObject({
  file: z.string().refine(staysInside, { error: 'must lead to a file beside the spec' }),
  /** Of its content; `null` until the plan has read it: a job has no identity before. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})

/** How the dense network is trained; compression uses the same loss, optimiser and schedule at each node. */
export const TrainSchema = z
  .strictObject({
    loss: z.enum(['mse', 'cross_entropy']),
    optimizer: OptimizerSchema,
    schedule: ScheduleSchema,
    /** 0 only where it starts from a file: then that network is measured as it is. */
    epochs: z.int().min(0),
    /** Left out where it starts from random weights. */
    start: StartSchema.optional(),
  })
  .refine(({ epochs, start }) => epochs > 0 || start !== undefined, {
    path: ['epochs'],
    error: 'must be above 0 where there is nothing to start from',
  })

export type Optimizer = z.infer<typeof OptimizerSchema>
export type Schedule = z.infer<typeof ScheduleSchema>
export type Start = z.infer<typeof StartSchema>
export type Train = z.infer<typeof TrainSchema>
