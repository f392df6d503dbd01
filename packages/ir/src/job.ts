import canonicalize from 'canonicalize'
import { z } from 'zod'
import { CompressSchema } from './compress.ts'
import { DatasetSpecSchema } from './dataset.ts'
import { digest } from './digest.ts'
import { NetworkSchema } from './network.ts'
import { TrainSchema } from './train.ts'

/** The engines a job can run on; `auto` takes the fastest that is there and is resolved before a job gets its identity. */
export const BACKENDS = ['auto', 'native', 'tensorflow', 'wasm', 'cpu'] as const
export const BackendSchema = z.enum(BACKENDS)
export type BackendName = z.infer<typeof BackendSchema>

/** One unit of work, fully resolved: everything that can change a number is in here. */
export const JobSchema = z.strictObject({
  dataset: DatasetSpecSchema,
  network: NetworkSchema,
  train: TrainSchema,
  /** `null`: only train the dense network. */
  compress: CompressSchema.nullable(),
  backend: BackendSchema,
  seed: z.int().min(0),
})
export type Job = z.infer<typeof JobSchema>

/** The dense training that a compression job starts from, a job of its own, shared by all methods. */
export function denseJob(job: Job): Job {
  return { ...job, compress: null }
}

/** What besides the job decides its numbers. */
export interface Circumstances {
  /** Digest of the data set's content. */
  data: string
  /** The engine's numeric version, raised only when numbers change. */
  engine: number
}

/** A job's identity: the first 16 hex digits of sha256 over the canonical JSON (RFC 8785) of job and circumstances. */
export function identifyJob(job: Job, circumstances: Circumstances): string {
  if (job.backend === 'auto') throw new Error('a job is identified after its backend was resolved')
  if (job.train.start?.sha256 === null)
    throw new Error('a job is identified after the file that it starts from was read')
  return digest(new TextEncoder().encode(canonicalize({ job, ...circumstances })!)).slice(0, 16)
}
