import { z } from 'zod'
import { NeuronSchema } from './neuron.ts'

const name = z.string().regex(/^[a-z][a-z0-9_]*$/)

const size = z.int().positive()
const padding = z.int().min(0)

/** The layers that stand alone: all but `residual`. */
const PlainLayerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flatten') }),
  z.strictObject({ kind: z.literal('linear'), name, features: size, bias: z.boolean() }),
  /** A convolution with a square kernel; weights `[channels, input channels, kernel, kernel]`. */
  z.strictObject({
    kind: z.literal('conv'),
    name,
    channels: size,
    kernel: size,
    stride: size,
    padding,
    bias: z.boolean(),
  }),
  /** Batch norm per channel, over time, batch and space together; running statistics with this momentum. */
  z.strictObject({ kind: z.literal('norm'), name, epsilon: z.number().positive(), momentum: z.number().gt(0).max(1) }),
  z.strictObject({ kind: z.literal('neuron'), name, neuron: NeuronSchema }),
  z.strictObject({ kind: z.literal('max_pool'), size, stride: size, padding }),
  /** The mean over each window, its padding counting as zeros. */
  z.strictObject({ kind: z.literal('avg_pool'), size, stride: size, padding }),
  /** The mean over the whole image: one value a channel. */
  z.strictObject({ kind: z.literal('global_pool') }),
  /** In training, drops each element with this probability, the same ones at every step of an example, and scales the rest. */
  z.strictObject({ kind: z.literal('dropout'), name, probability: z.number().min(0).lt(1) }),
  /** Read-out by voting: the mean over each group of neighbouring outputs, one group a class. */
  z.strictObject({ kind: z.literal('vote'), classes: size }),
  /** Read-out: the mean over all steps, per class. */
  z.strictObject({ kind: z.literal('rate') }),
])

/** Adds what two branches make of the same input; an empty shortcut passes the input on. */
export interface ResidualLayer {
  kind: 'residual'
  body: Layer[]
  shortcut: Layer[]
}

export type Layer = z.infer<typeof PlainLayerSchema> | ResidualLayer

/** One layer of the pipeline, in the order of data flow. Layers with weights or state have names, unique in a network. */
export const LayerSchema: z.ZodType<Layer> = z.union([
  PlainLayerSchema,
  z.strictObject({
    kind: z.literal('residual'),
    body: z.lazy(() => z.array(LayerSchema).min(1)),
    shortcut: z.lazy(() => z.array(LayerSchema)),
  }),
])

/** A network as data: what it is fed (the shape of one frame, and whether it changes), for how many steps, and its layers. */
export const NetworkSchema = z.strictObject({
  name,
  steps: z.int().positive(),
  input: z.array(z.int().positive()).min(1),
  /** The input is another frame at every step, as of a recording of events; left out where it is one still image. */
  changing: z.literal(true).optional(),
  classes: z.int().positive(),
  layers: z.array(LayerSchema).min(1),
})

export type LinearLayer = Extract<Layer, { kind: 'linear' }>
export type ConvLayer = Extract<Layer, { kind: 'conv' }>
export type NormLayer = Extract<Layer, { kind: 'norm' }>
export type NeuronLayer = Extract<Layer, { kind: 'neuron' }>
export type Network = z.infer<typeof NetworkSchema>
