import { z } from 'zod'

/** Every method a row can have; `dense` is the uncompressed network. */
export const METHODS = [
  'dense',
  'random',
  'magnitude',
  'magnitude_layer',
  'gradual',
  'ste',
  'minimax',
  'iterative',
  'grad_r',
  'admm',
  'stds',
  'set',
  'rigl',
  'upr',
] as const
export const MethodSchema = z.enum(METHODS)
export type Method = z.infer<typeof MethodSchema>

const share = z.number().gt(0).max(1)

const descend = (nodes: readonly number[]) => nodes.every((node, index) => index === 0 || node < nodes[index - 1]!)

const common = {
  /** Which weights compete with each other: all prunable ones together. */
  scope: z.enum(['global']),
  /** Names of layers that are never pruned; their weights do not count as prunable. */
  protect: z.array(z.string()),
  /** The connectivity targets, strictly descending: the nodes of the joint schedule. */
  connectivity: z.array(share).min(1).refine(descend, 'each node must be below the one before'),
  /** joint: compress and fine-tune at each node in turn; sequential: straight to the last node, then fine-tune once. */
  schedule: z.enum(['joint', 'sequential']),
  /** Epochs over which a node's connections are removed. */
  span: z.number().positive(),
  /** Epochs of training with the node's mask fixed. */
  finetune: z.number().min(0),
}

// What is left out where it has its usual value, so that a job has one form.
/** How the surviving weights are divided among the layers; absent: all layers are one (global). */
const allocation = z.enum(['layerwise', 'erk']).optional()
/** initial: every node starts from the untrained network and trains for the dense network's epochs too; absent: from the dense network. */
const start = z.literal('initial').optional()
/** whole: one cubic curve from the dense network to the last node runs through all nodes; absent: each node has its own. */
const path = z.literal('whole').optional()

const interval = z.int().positive()

/** Sparse from the start, connections moving to other places every `interval` batches of the span. */
const dynamic = {
  ...common,
  allocation,
  start,
  interval,
  /** Share of a layer's connections that move: at every update (`set`), at the first one (`rigl`). */
  drop: z.number().gt(0).lt(1),
}

/** How a network is compressed. One-shot methods spend a node's span and fine-tuning on training with the fixed mask. */
export const CompressSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('random'), ...common, allocation, start }),
  z.strictObject({ method: z.literal('magnitude'), ...common, allocation }),
  z.strictObject({ method: z.literal('magnitude_layer'), ...common }),
  z.strictObject({
    method: z.literal('gradual'),
    ...common,
    /** Batches between two prunings. */ interval,
    path,
  }),
  z.strictObject({ method: z.literal('ste'), ...common, path }),
  z.strictObject({
    method: z.literal('minimax'),
    ...common,
    /** s descends by its gradient in y and z. (A prescribed curve of s is the method `ste`.) */
    path: z.literal('dual'),
    /** soft: the mask acts in the forward pass only, values are kept; hard: masked weights are set to zero (the paper's code). */
    mask: z.enum(['soft', 'hard']),
    /** Scale-free rates, all per span: of s, of y (on the relative energy of the s smallest) and of z (on the relative excess). */
    rates: z.strictObject({ s: z.number().positive(), y: z.number().min(0), z: z.number().positive() }),
  }),
  z.strictObject({ method: z.literal('set'), ...dynamic }),
  z.strictObject({ method: z.literal('rigl'), ...dynamic }),
  z.strictObject({ method: z.literal('stds'), ...common }),
  z.strictObject({
    method: z.literal('grad_r'),
    ...common,
    /** Strength of the prior: 1 makes exactly the target's weights dormant by the span's end, were there no gradient. */
    pull: z.number().min(0),
  }),
  z.strictObject({
    method: z.literal('admm'),
    ...common,
    /** Weight of the penalty. */ rho: z.number().positive(),
    /** Batches between two projections. */ interval,
  }),
  z.strictObject({
    method: z.literal('iterative'),
    ...common,
    /** What the surviving weights, and all else that is learned, go back to at each node: the dense network's, or the untrained one's. */
    rewind: z.enum(['dense', 'initial']),
  }),
  z.strictObject({
    method: z.literal('upr'),
    ...common,
    /** How hard the penalty pulls at the gates, in units of the loss's own pull. */ price: z.number().min(0),
  }),
])

export type Compress = z.infer<typeof CompressSchema>
export type CompressOf<M extends Compress['method']> = Extract<Compress, { method: M }>
/** How the surviving weights are divided among the layers, where they are not all one. */
export type Allocation = NonNullable<CompressOf<'random'>['allocation']>
