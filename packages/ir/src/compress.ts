import { z } from 'zod'
import { ENERGY_NAMES } from './energy.ts'
import { RESOURCES } from './resource.ts'

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

/** A limit of a resource at each node; `null` where there is none. Base units: bytes, joules, seconds, else a count. */
export const BoundSchema = z.strictObject({
  resource: z.enum(RESOURCES),
  /** Of what the limits are: of the amount itself, or of the dense network's. */
  of: z.enum(['amount', 'dense']),
  limits: z.array(z.number().positive().nullable()).min(1),
})
export type Bound = z.infer<typeof BoundSchema>

// What is left out where it has its usual value, so that a job has one form.
/** Limits of other resources than connectivity, one for each node; absent: none. */
const bounds = z.array(BoundSchema).min(1).optional()
/** What an operation costs, where energy is bounded; absent: 45 nm, FP32. */
const energy = z.enum(ENERGY_NAMES).exclude(['fp32']).optional()

const common = {
  /** global: all prunable weights compete with each other; layerwise, in minimax alone: each layer has an s and a y of its own. */
  scope: z.enum(['global', 'layerwise']),
  /** Names of layers that are never pruned; their weights do not count as prunable. */
  protect: z.array(z.string()),
  /** The connectivity targets, the nodes of the joint schedule: each below the one before, but where other bounds lead on. */
  connectivity: z.array(share).min(1),
  bounds,
  energy,
  /** joint: compress and fine-tune at each node in turn; sequential: straight to the last node, then fine-tune once. */
  schedule: z.enum(['joint', 'sequential']),
  /** Epochs over which a node's connections are removed. */
  span: z.number().positive(),
  /** Epochs of training with the node's mask fixed. */
  finetune: z.number().min(0),
}

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

const MethodsSchema = z.discriminatedUnion('method', [
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

/** How a network is compressed. One-shot methods spend a node's span and fine-tuning on training with the fixed mask. */
export const CompressSchema = MethodsSchema.refine(
  ({ method, scope }) => scope === 'global' || method === 'minimax',
  'only minimax has a scope of layers',
).refine(({ connectivity, bounds = [] }) => {
  const nodes = [...connectivity.keys()]
  const fit = bounds.every(({ limits }) => limits.length === nodes.length)
  const descend = ({ limits }: Pick<Bound, 'limits'>) => {
    const set = limits.filter((limit) => limit !== null)
    return set.every((limit, index) => index === 0 || limit < set[index - 1]!)
  }
  const bounded = (node: number) => bounds.some(({ limits }) => limits[node] !== null)
  const falling = nodes.every((node) => {
    const before = node === 0 ? 1 : connectivity[node - 1]!
    return connectivity[node]! < before || (connectivity[node] === before && (bounded(node) || node === 0))
  })
  const once = new Set(bounds.map(({ resource }) => resource)).size === bounds.length
  return fit && once && falling && bounds.every(descend)
}, 'each node must be below the one before')

export type Compress = z.infer<typeof CompressSchema>
export type CompressOf<M extends Compress['method']> = Extract<Compress, { method: M }>
/** How the surviving weights are divided among the layers, where they are not all one. */
export type Allocation = NonNullable<CompressOf<'random'>['allocation']>
