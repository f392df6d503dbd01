import { type Network, shapeOfBatch } from '@snnx/ir'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRunner } from '../src/inference/runner.ts'
import { disposeModel, loadModel } from '../src/model.ts'
import { listParameters } from '../src/parameters.ts'
import { simulate } from '../src/simulate.ts'
import { open, TESTED } from './backends.ts'
import { chain, lif } from './chain.ts'
import { convolutional } from './images.ts'

/** Deep in the network images shrink to one pixel, where a 1 x 1 convolution is a linear layer and a 3 x 3 one is not. */
const shrinking: Network = {
  name: 'shrinking',
  steps: 3,
  input: [3, 4, 4],
  classes: 5,
  layers: [
    { kind: 'conv', name: 'conv1', channels: 8, kernel: 3, stride: 2, padding: 1, bias: false },
    { kind: 'neuron', name: 'cell1', neuron: { ...lif, threshold: 0.2 } },
    { kind: 'conv', name: 'conv2', channels: 40, kernel: 3, stride: 2, padding: 1, bias: false },
    { kind: 'neuron', name: 'cell2', neuron: { ...lif, threshold: 0.1 } },
    { kind: 'conv', name: 'conv3', channels: 40, kernel: 3, stride: 1, padding: 1, bias: false },
    { kind: 'neuron', name: 'cell3', neuron: { ...lif, threshold: 0.1 } },
    { kind: 'conv', name: 'conv4', channels: 8, kernel: 1, stride: 1, padding: 0, bias: false },
    { kind: 'neuron', name: 'cell4', neuron: { ...lif, threshold: 0.1 } },
    { kind: 'global_pool' },
    { kind: 'flatten' },
    { kind: 'linear', name: 'linear1', features: 5, bias: true },
    { kind: 'rate' },
  ],
}

/** Linear layers with thresholds low enough to fire at 5 % of the weights. */
const linear: Network = {
  ...chain(6, 20, 70, 10),
  layers: chain(6, 20, 70, 10).layers.map((layer) =>
    layer.kind === 'neuron' ? { ...layer, neuron: { ...lif, threshold: 0.05 } } : layer,
  ),
}

/** Weights of every parameter, a share of the pruned ones kept. */
function drawWeights(network: Network, kept: number | null) {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const values = new Map<string, Float32Array>()
  const masks = new Map<string, Uint8Array>()
  for (const { name, kind, shape } of listParameters(network)) {
    const length = shape.reduce((product, size) => product * size, 1)
    const scale = kind === 'weight' ? 3 / Math.sqrt(length / shape[0]!) : 0.2
    const offset = kind === 'scale' || name.endsWith('variance') ? 1 : 0
    const drawn = Float32Array.from({ length }, () => scale * (next() - 0.5) + offset)
    if (kind === 'weight' && kept !== null) {
      const mask = Uint8Array.from(drawn, () => Number(next() < kept))
      masks.set(name, mask)
      for (let index = 0; index < length; index++) drawn[index]! *= mask[index]!
    }
    values.set(name, drawn)
  }
  return { values, masks }
}

describe.each(TESTED)('inference on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  const networks: Network[] = [linear, convolutional(0.2), shrinking]
  const cases = networks.flatMap((network) => [null, 0.5, 0.05].map((kept) => [network.name, kept, network] as const))
  it.each(cases)(
    'of %s with %s of its weights gives what the simulation gives, one by one or in batches',
    (_, kept, network) => {
      const weights = drawWeights(network, kept)
      const size = network.input.reduce((product, of) => product * of, 1)
      const batch = 3
      const x = Float32Array.from({ length: batch * size }, (_, at) => Math.sin(at) * 2)
      const runner = createRunner(network, weights)
      const together = runner.run(x, batch)
      const model = loadModel(network, weights)
      const simulated = tidy(() => simulate(network, model, tensor(x, [batch, ...network.input])).dataSync())
      for (const [at, value] of simulated.entries()) expect(value).toBeCloseTo(together[at]!, 6)
      expect(together.some((value) => value !== 0)).toBe(true)
      for (let one = 0; one < batch; one++) {
        const alone = runner.run(x.slice(one * size, (one + 1) * size), 1)
        for (const [at, value] of alone.entries()) expect(value).toBeCloseTo(together[one * network.classes + at]!, 5)
      }
      runner.dispose()
    },
  )

  describe('on an input that changes from step to step', () => {
    const networks: Network[] = [linear, convolutional(0.2), shrinking]
    const [batch, kept] = [3, 0.5]
    const pixelsOf = ({ input }: Network) => input.reduce((product, of) => product * of, 1)
    it.each(networks.map((network) => [network.name, network] as const))(
      'of %s gives what the simulation gives',
      (_, still) => {
        const network: Network = { ...still, changing: true }
        const weights = drawWeights(network, kept)
        const frame = pixelsOf(network) * batch
        const runner = createRunner(network, weights)
        const model = loadModel(network, weights)
        const run = (x: Float32Array) => {
          const together = runner.run(x, batch)
          const shape = shapeOfBatch(network, batch)
          const simulated = tidy(() => simulate(network, model, tensor(x, shape)).dataSync())
          for (const [at, value] of simulated.entries()) expect(value).toBeCloseTo(together[at]!, 6)
          return together
        }
        const changing = run(Float32Array.from({ length: frame * network.steps }, (_, at) => Math.sin(at * at) * 2))
        // The same frame at every step is a still image.
        const image = Float32Array.from({ length: frame }, (_, at) => Math.sin(at) * 2)
        const repeated = run(Float32Array.from({ length: frame * network.steps }, (_, at) => image[at % frame]!))
        const alone = createRunner(still, weights)
        for (const [at, value] of alone.run(image, batch).entries()) expect(repeated[at]).toBeCloseTo(value, 5)
        // The convolutional one is nearly deaf to what it sees.
        if (still !== networks[1]) expect(changing).not.toEqual(repeated)
        for (const made of [runner, alone]) made.dispose()
        disposeModel(model)
      },
    )
  })
})
