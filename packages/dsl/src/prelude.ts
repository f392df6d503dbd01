// Generated from std/*.snnx by `npm run generate` in packages/dsl.
import type { Source } from './source.ts'

export const PRELUDE: readonly Source[] = [
  {
    name: 'std/networks.snnx',
    text: `snnx 1

/// Two layers for images of 28 x 28 and 10 classes: 784-800-10. A neuron \`cell\` of one's own replaces the one of std.
network mlp {
  steps  = 8
  layers = flatten -> linear(800) -> cell -> linear(10) -> cell -> rate
}
`,
  },
  {
    name: 'std/neurons.snnx',
    text: `snnx 1

/// The neuron of this literature: leaky integrate-and-fire, tau 2 steps, threshold 1, back to 0 after a spike.
neuron cell : lif {
  tau       = 2 steps
  threshold = 1.0
  reset     = zero
  surrogate = atan(alpha = 2.0)
}
`,
  },
]
