import { z } from 'zod'
import { RESOURCES } from './resource.ts'

const count = z.int().min(0)
/** The compression variables at one moment; `null` in a method that has none. */
const solver = { s: z.number().nullable(), y: z.number().nullable(), z: z.number().nullable() }

/** One epoch of training, as the log and the record keep it. */
export const EpochSchema = z.strictObject({
  /** Epochs of training spent before this one ended, dense training not counted for compression jobs. */
  epoch: z.number(),
  /** The node's index, `null` in dense training. */
  node: count.nullable(),
  phase: z.enum(['dense', 'compress', 'finetune']),
  learningRate: z.number(),
  loss: z.number(),
  /** Accuracies in percent. */
  trainAccuracy: z.number(),
  validationAccuracy: z.number(),
  /** Remaining share of the prunable connections, by the mask. */
  connectivity: z.number(),
  /** The same per layer with weights, in order. */
  layerConnectivity: z.array(z.number()),
  /** Mean spikes per neuron and step on the validation set, per neuron layer, in order. */
  firingRates: z.array(z.number()),
  ...solver,
})

/** The compression variables at one step of a node's span, every few steps, so that a reader sees the duals work. */
export const SolverTraceSchema = z.strictObject({
  type: z.literal('solver'),
  node: count,
  /** Step within the node, from 1. */
  step: count,
  /** Weights to remove (real-valued), and the duals; `null` in a method without them. */
  ...solver,
  /** Relative energy of the masked weights, ||W||^2_{s,2} / ||W||^2, before the step's shrink. */
  energy: z.number().nullable(),
  /** Remaining share of the prunable connections, by the mask. */
  connectivity: z.number(),
  /** Weights that this step's mask lets in and the one before did not. */
  regrown: count,
  /** Of each bound of another resource: what the masks took, in base units, and its dual. */
  budgets: z
    .array(z.strictObject({ resource: z.enum(RESOURCES), limit: z.number(), value: z.number(), z: z.number() }))
    .optional(),
  /** s and y of each prunable layer, where each has its own. */
  groups: z.array(z.strictObject({ s: z.number(), y: z.number() })).optional(),
})

/** What the backend's dispatcher picked for one direction of a layer, and the densities that it went by. */
export const PickSchema = z.strictObject({
  layer: z.string(),
  direction: z.enum(['forward', 'toInput', 'toWeights']),
  kernel: z.string(),
  /** Share of the input that fires; `null` where the input is not spikes, or does not matter. */
  rate: z.number().nullable(),
  connectivity: z.number(),
})

/** A tensor of a network, and the tensor of a file that it was taken from. */
export const TakenSchema = z.strictObject({ from: z.string(), to: z.string(), shape: z.array(count) })

/** One line of `events.jsonl`; `at` (milliseconds since 1970) is added by the log. */
export const EventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), job: z.string(), epochs: z.number(), backend: z.string() }),
  z.strictObject({ type: z.literal('resume'), epoch: z.number() }),
  /** The dense network starts from a file: which of its tensors became which, in the network's order, and which became none. */
  z.strictObject({
    type: z.literal('imported'),
    file: z.string(),
    tensors: z.array(TakenSchema),
    unused: z.array(z.string()),
  }),
  /** `done`: epochs that the job has trained by then, of the `epochs` it started with. */
  EpochSchema.extend({ type: z.literal('epoch'), done: z.number() }),
  SolverTraceSchema,
  /** The kernels in use, at the end of each epoch in which they changed. */
  z.strictObject({ type: z.literal('dispatch'), picks: z.array(PickSchema) }),
  /** A node's target is met by the mask; `forced` when the span ended before s got there by itself. */
  z.strictObject({
    type: z.literal('node'),
    node: count,
    target: z.number(),
    step: count,
    spanSteps: count,
    forced: z.boolean(),
    connectivity: z.number(),
  }),
  /** Bounds of other resources as they stand once the mask is fixed, or after it had to lose more: modelled, in base units. */
  z.strictObject({
    type: z.literal('budgets'),
    node: count,
    budgets: z.array(z.strictObject({ resource: z.enum(RESOURCES), limit: z.number(), value: z.number() })),
    connectivity: z.number(),
  }),
  z.strictObject({
    type: z.literal('measured'),
    node: count.nullable(),
    testAccuracy: z.number(),
    validationAccuracy: z.number(),
    connectivity: z.number(),
  }),
  z.strictObject({ type: z.literal('done'), seconds: z.number() }),
])

/** A moment within an epoch, for a live display only: never logged. */
export interface Progress {
  type: 'progress'
  phase: Epoch['phase'] | 'measure'
  node: number | null
  /** Epochs done, fractional, and in all. */
  epoch: number
  epochs: number
  loss: number
  trainAccuracy: number
  validationAccuracy: number | null
  connectivity: number
  s: number | null
  y: number | null
  z: number | null
}

export type Pick = z.infer<typeof PickSchema>
export type Taken = z.infer<typeof TakenSchema>
export type Epoch = z.infer<typeof EpochSchema>
export type SolverTrace = z.infer<typeof SolverTraceSchema>
export type Event = z.infer<typeof EventSchema>
