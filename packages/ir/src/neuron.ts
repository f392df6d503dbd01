import { z } from 'zod'

/** The pseudo-derivative of the step function; `alpha` is its sharpness, as SpikingJelly defines each. */
export const SurrogateSchema = z.strictObject({
  kind: z.enum(['atan', 'sigmoid', 'triangle']),
  alpha: z.number().positive(),
})

/**
 * A spiking neuron, one step being
 *
 *     charge   H = V + (X - (V - resetTo)) / tau     (lif, plif: 1/tau = sigmoid(w), w learned)      H = V + X  (if)
 *     fire     S = 1 if H >= threshold else 0
 *     reset    zero: V = H (1 - S) + resetTo S       subtract: V = H - threshold S
 */
export const NeuronSchema = z
  .strictObject({
    model: z.enum(['lif', 'if', 'plif']),
    /** Time constant in steps; for `plif` its initial value, above 1; ignored by `if`. */
    tau: z.number().min(1),
    threshold: z.number().positive(),
    resetTo: z.number(),
    reset: z.enum(['zero', 'subtract']),
    /** Whether the S inside the reset is a constant for the gradient. */
    detach: z.boolean(),
    surrogate: SurrogateSchema,
  })
  .refine(({ model, tau }) => model !== 'plif' || tau > 1, {
    path: ['tau'],
    error: 'must be above 1 for `plif`, whose w = -log(tau - 1) is infinite at 1',
  })

export type Surrogate = z.infer<typeof SurrogateSchema>
export type Neuron = z.infer<typeof NeuronSchema>
