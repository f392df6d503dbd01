import type { Examples, Network, Neuron } from '@snnx/ir'

export const lif: Neuron = {
  model: 'lif',
  tau: 2,
  threshold: 1,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}

/** Examples in their stored order. */
export function examplesOf(rows: readonly (readonly number[])[], labels: readonly number[], classes: number): Examples {
  return {
    count: rows.length,
    shape: [rows[0]!.length],
    classes,
    *batches(size) {
      for (let at = 0; at < rows.length; at += size) {
        const chosen = rows.slice(at, at + size)
        const inputs = Float32Array.from(chosen.flat())
        yield { inputs, labels: Uint8Array.from(labels.slice(at, at + size)), size: chosen.length }
      }
    },
  }
}

/** A network of linear layers and LIF neurons, the first layer with biases. */
export function chain(steps: number, inputs: number, ...features: number[]): Network {
  const layers = features.flatMap((size, at): Network['layers'] => [
    { kind: 'linear', name: `linear${at + 1}`, features: size, bias: at === 0 },
    { kind: 'neuron', name: `cell${at + 1}`, neuron: lif },
  ])
  return { name: 'chain', steps, input: [inputs], classes: features.at(-1)!, layers: [...layers, { kind: 'rate' }] }
}
