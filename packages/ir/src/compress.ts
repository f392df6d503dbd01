import { z } from 'zod'

/** Every method a row can have; `dense` is the uncompressed network. Those without a schema below come later. */
export const METHODS = [
  'dense',
  'random',
  'magnitude',
  'magnitude_layer',
  'gradual',
  'minimax',
  'rewind',
  'rewiring',
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

/** How a network is compressed. One-shot methods spend a node's span and fine-tuning on training with the fixed mask. */
export const CompressSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('random'), ...common }),
  z.strictObject({ method: z.literal('magnitude'), ...common }),
  z.strictObject({ method: z.literal('magnitude_layer'), ...common }),
  z.strictObject({
    method: z.literal('gradual'),
    ...common,
    /** Batches between two prunings. */ interval: z.int().positive(),
  }),
  z.strictObject({
    method: z.literal('minimax'),
    ...common,
    /** dual: s descends by its gradient in y and z; cubic: s follows a cubic curve, y only shrinks. */
    path: z.enum(['dual', 'cubic']),
    /** soft: the mask acts in the forward pass only, values are kept; hard: masked weights are set to zero (the paper's code). */
    mask: z.enum(['soft', 'hard']),
    /** Scale-free rates, all per span: of s, of y (on the relative energy of the s smallest) and of z (on the relative excess). */
    rates: z.strictObject({ s: z.number().positive(), y: z.number().min(0), z: z.number().positive() }),
  }),
])

export type Compress = z.infer<typeof CompressSchema>
export type CompressOf<M extends Compress['method']> = Extract<Compress, { method: M }>
