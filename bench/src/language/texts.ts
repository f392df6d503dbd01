import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const usual = readFileSync(join(import.meta.dirname, '../../../experiments/fashion_mlp/fashion_mlp.snnx'), 'utf8')

/** A valid experiment of about so many lines: the usual one, with further neurons that differ in their numbers. */
export function textOf(lines: number): string {
  const more = Math.max(0, Math.ceil((lines - usual.split('\n').length) / 8))
  const neurons = Array.from(
    { length: more },
    (_, n) => `  /// The neuron ${n}.
  neuron n${n} : lif {
    tau       = ${2 + (n % 7)} steps        # leaky
    threshold = 1.${n % 10}
    reset     = zero
    surrogate = atan(alpha = 2.0)
  }

`,
  )
  return usual.replace('  train {', () => `${neurons.join('')}  train {`)
}
