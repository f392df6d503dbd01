import { z } from 'zod'
import { JobSchema } from './job.ts'
import { ReportSchema } from './report.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])

/** A job with what the experiment calls it: the swept values by address, apart from method and seed. */
export const PlannedJobSchema = z.strictObject({ job: JobSchema, variant: z.record(z.string(), scalar) })

/** What a `.snnx` file means: its jobs, expanded, in the order of the sweep. */
export const ExperimentSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** The `///` documentation. */
  doc: z.string(),
  jobs: z.array(PlannedJobSchema).min(1),
  /** What its `report` block says; left out where it has none. */
  report: ReportSchema.optional(),
})

export type PlannedJob = z.infer<typeof PlannedJobSchema>
export type Experiment = z.infer<typeof ExperimentSchema>
