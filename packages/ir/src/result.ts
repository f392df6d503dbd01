import { z } from 'zod'
import { EpochSchema } from './event.ts'
import { JobSchema } from './job.ts'
import { RESOURCES } from './resource.ts'

/** Raised when the shape of a record changes. */
export const RESULT_FORMAT = 1

const count = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const hash = z.string().regex(/^[0-9a-f]{16}$/)
const score = z.strictObject({ correct: count, total: z.int().positive() })
const timing = z.strictObject({
  medianMs: z.number().positive(),
  p95Ms: z.number().positive(),
  repeats: z.int().positive(),
})

/** Wall-clock of one inference call over all steps; `batch` examples at once. */
export const LatencySchema = z.strictObject({
  single: timing,
  batched: timing,
  batch: z.int().positive(),
})

/** Raw counts of one layer with weights, measured over the whole test set and all steps. */
export const LayerCountSchema = z.strictObject({
  name: z.string(),
  weights: count,
  kept: count,
  /** Whether the layer's input is spikes: then its operations are accumulations (ACs), else multiply-accumulates (MACs). */
  binaryInput: z.boolean(),
  constantInput: z.boolean(),
  /** Dense MACs of one inference as written: weights x positions x steps. */
  denseMacs: count,
  /** The same with surviving weights only: the layer's effective FLOPs (1 FLOP = 1 MAC). */
  keptMacs: count,
  /** SynOps over the test set: surviving weights that a non-zero input reaches, each time (NeuroBench's effective operations). */
  synops: count,
  /** Synapses on a path from input to read-out (`countSynapses`); records made before this was counted have none. */
  synapses: count.optional(),
})

/** Raw counts of one layer of neurons over the whole test set and all steps. */
export const SpikeCountSchema = z.strictObject({ name: z.string(), neurons: count, spikes: count })

/** What became of a bound: it is met when the measured value does not exceed it. */
export const BudgetResultSchema = z.strictObject({
  resource: z.enum(RESOURCES),
  bound: z.number().positive(),
  modelled: z.number().min(0),
  measured: z.number().min(0),
})

/** One reported point: a network at a target connectivity (`target: null` is the dense one). */
export const NodeSchema = z.strictObject({
  target: z.number().gt(0).max(1).nullable(),
  /** Epochs of training up to this point, dense training not counted for a compressed network. */
  epochs: z.number(),
  /** The epoch (on the same count) whose weights were kept: best on validation. */
  bestEpoch: z.number(),
  /** Training samples behind the point, each as often as it was seen, the dense network's too; first versions did not tell. */
  samplesSeen: count.optional(),
  train: score,
  validation: score,
  /** Read once per reported point. */
  test: score,
  layers: z.array(LayerCountSchema),
  neurons: z.array(SpikeCountSchema),
  latency: z.strictObject({ dense: LatencySchema, compressed: LatencySchema }),
  /** Of each bound of another resource than connectivity, in base units: what the model said, and what was measured. */
  budgets: z.array(BudgetResultSchema).optional(),
  /** The weights file, its digest and size, and the size of the same tensors stored dense. */
  weights: z.strictObject({ file: z.string(), sha256, bytes: count, denseBytes: count }),
})

/** The record of one job: raw counts, from which every shown figure is derived. */
export const ResultSchema = z.strictObject({
  format: z.literal(RESULT_FORMAT),
  experiment: z.string(),
  hash,
  /** The hash of the dense job it starts from; its own for a dense job. */
  denseHash: hash,
  job: JobSchema,
  variant: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  data: z.strictObject({ digest: sha256, train: count, validation: count, test: count }),
  engine: z.strictObject({ version: z.int(), backend: z.string(), package: z.string() }),
  machine: z.strictObject({ cpu: z.string(), cores: count, memoryBytes: count, os: z.string(), node: z.string() }),
  energyModel: z.strictObject({
    name: z.string(),
    picojoulePerMac: z.number(),
    picojoulePerAc: z.number(),
    source: z.string(),
  }),
  /** Prunable layers' names: connectivity counts their weights only. */
  prunable: z.array(z.string()),
  /** The dense network's test score, of the same data, training and seed. */
  dense: score,
  nodes: z.array(NodeSchema).min(1),
  curves: z.array(EpochSchema),
  time: z.strictObject({
    started: z.iso.datetime(),
    finished: z.iso.datetime(),
    trainSeconds: z.number(),
    measureSeconds: z.number(),
  }),
})

export type BudgetResult = z.infer<typeof BudgetResultSchema>
export type Latency = z.infer<typeof LatencySchema>
export type LayerCount = z.infer<typeof LayerCountSchema>
export type SpikeCount = z.infer<typeof SpikeCountSchema>
export type ResultNode = z.infer<typeof NodeSchema>
export type Result = z.infer<typeof ResultSchema>
