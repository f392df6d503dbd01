import { z } from 'zod'
import { NeuronSchema } from './neuron.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]*$/)

/** One layer of the pipeline, in the order of data flow. Layers with weights or state have names, unique in a network. */
export const LayerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flatten') }),
  z.strictObject({ kind: z.literal('linear'), name, features: z.int().positive(), bias: z.boolean() }),
  z.strictObject({ kind: z.literal('neuron'), name, neuron: NeuronSchema }),
  /** Read-out: the mean over all steps, per class. */
  z.strictObject({ kind: z.literal('rate') }),
])

/** A network as data: what it is fed (the shape of one frame), for how many steps, and its layers. */
export const NetworkSchema = z.strictObject({
  name,
  steps: z.int().positive(),
  input: z.array(z.int().positive()).min(1),
  classes: z.int().positive(),
  layers: z.array(LayerSchema).min(1),
})

export type Layer = z.infer<typeof LayerSchema>
export type LinearLayer = Extract<Layer, { kind: 'linear' }>
export type NeuronLayer = Extract<Layer, { kind: 'neuron' }>
export type Network = z.infer<typeof NetworkSchema>
