import { createRandom, type Network } from '@snnx/ir'
import { ones, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import type { NetworkWeights } from '../src/checkpoint/weights.ts'
import { createRunner } from '../src/inference/runner.ts'
import { countOnes, countOperations, firingRates } from '../src/measure/count.ts'
import { quantile, timeInference } from '../src/measure/latency.ts'
import { disposeTensors, listParameters, type Tensors } from '../src/parameters.ts'
import { open, TESTED } from './backends.ts'
import { chain, examplesOf } from './chain.ts'
import { tensorOf } from './differences.ts'

interface Weights {
  values: Map<string, number[]>
  masks: Map<string, Uint8Array>
}

/** As a weights file holds them. */
function packedOf({ values, masks }: Weights): NetworkWeights {
  return { values: new Map([...values].map(([name, of]) => [name, Float32Array.from(of)])), masks }
}

/** Weights in eighths, so that every sum is exact, with the given share of them kept. */
function draw(network: Network, share: number, seed: number): Weights {
  const random = createRandom(seed, 'weights')
  const values = new Map<string, number[]>()
  const masks = new Map<string, Uint8Array>()
  for (const { name, shape, kind } of listParameters(network)) {
    const length = shape.reduce((product, size) => product * size, 1)
    const mask = Uint8Array.from({ length }, () => Number(kind !== 'weight' || random.uniform() < share))
    values.set(
      name,
      Array.from({ length }, (_, at) => ((random.below(25) - 8) / 8) * mask[at]!),
    )
    if (kind === 'weight') masks.set(name, mask)
  }
  return { values, masks }
}

const tensorsOf = (network: Network, { values }: Weights): Tensors =>
  new Map(
    listParameters(network).map(({ name, shape }): [string, Tensor] => [name, tensorOf(values.get(name)!, shape)]),
  )

/** One example, one step, one unit, one weight at a time. */
function countNaively(network: Network, { values, masks }: Weights, rows: number[][], labels: number[]) {
  const names = [...masks.keys()].map((name) => name.replace('.weight', ''))
  const synops = names.map(() => 0)
  const spikes = names.map(() => 0)
  let correct = 0
  for (const [index, row] of rows.entries()) {
    const potentials = names.map((name) => values.get(`${name}.weight`)!.map(() => 0))
    const fired = new Array<number>(network.classes).fill(0)
    for (let step = 0; step < network.steps; step++) {
      let input = row
      for (const [layer, name] of names.entries()) {
        const weight = values.get(`${name}.weight`)!
        const mask = masks.get(`${name}.weight`)!
        const outputs = weight.length / input.length
        const output: number[] = []
        for (let unit = 0; unit < outputs; unit++) {
          let current = values.get(`${name}.bias`)?.[unit] ?? 0
          for (const [at, x] of input.entries()) {
            current += weight[unit * input.length + at]! * x
            if (x !== 0 && mask[unit * input.length + at] === 1) synops[layer]!++
          }
          const H = potentials[layer]![unit]! + (current - potentials[layer]![unit]!) / 2
          output.push(Number(H >= 1))
          potentials[layer]![unit] = H >= 1 ? 0 : H
        }
        spikes[layer]! += output.reduce((sum, spike) => sum + spike, 0)
        input = output
      }
      for (const [unit, spike] of input.entries()) fired[unit]! += spike
    }
    if (fired.indexOf(Math.max(...fired)) === labels[index]) correct++
  }
  return { synops, spikes, correct }
}

describe.each(TESTED)('countOperations on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  it.each([
    ['dense', 1, chain(4, 6, 5, 3)],
    ['half of the weights', 0.5, chain(4, 6, 5, 3)],
    ['few weights, three layers', 0.2, chain(3, 8, 10, 7, 4)],
    ['nothing left', 0, chain(2, 4, 3, 2)],
    ['one step, one layer', 0.7, chain(1, 5, 4)],
  ] as const)('counts what a loop over every weight counts: %s', (_, share, network) => {
    const random = createRandom(9, 'rows')
    // Sixteenths with many zeros, in more examples than one evaluation batch takes.
    const rows = Array.from({ length: 300 }, () =>
      Array.from({ length: network.input[0]! }, () => (random.uniform() < 0.3 ? 0 : (random.below(33) - 8) / 16)),
    )
    const labels = rows.map(() => random.below(network.classes))
    const weights = draw(network, share, 3)
    const tensors = tensorsOf(network, weights)
    const counts = countOperations(
      network,
      { parameters: tensors, masking: null },
      weights.masks,
      examplesOf(rows, labels, network.classes),
    )
    disposeTensors(tensors)
    const naive = countNaively(network, weights, rows, labels)
    expect(counts.score).toEqual({ correct: naive.correct, total: 300 })
    expect(counts.neurons.map(({ spikes }) => spikes)).toEqual(naive.spikes)
    expect(counts.layers.map(({ synops }) => synops)).toEqual(naive.synops)
    if (share > 0.3) expect(naive.spikes.at(-1)).toBeGreaterThan(0)
    for (const layer of counts.layers) {
      const mask = weights.masks.get(`${layer.name}.weight`)!
      const kept = mask.reduce((sum, of) => sum + of, 0)
      expect(layer).toMatchObject({
        weights: mask.length,
        kept,
        denseMacs: mask.length * network.steps,
        keptMacs: kept * network.steps,
        constantInput: layer.name === 'linear1',
        binaryInput: layer.name !== 'linear1',
      })
    }
    const rates = firingRates(network, counts)
    for (const [at, { neurons, spikes }] of counts.neurons.entries())
      expect(rates[at]).toBe(spikes / (neurons * network.steps * 300))
  })

  it('counts a layer without a mask as whole', () => {
    const network = chain(2, 4, 3)
    const weights = draw(network, 0.5, 1)
    const tensors = tensorsOf(network, weights)
    const counts = countOperations(
      network,
      { parameters: tensors, masking: null },
      new Map(),
      examplesOf([[1, 0, 2, 3]], [0], 3),
    )
    disposeTensors(tensors)
    // Three inputs that are not 0 reach three outputs each, at both steps.
    expect(counts.layers[0]).toMatchObject({ kept: 12, synops: 18 })
  })

  it('counts the synapses that lie on a path', () => {
    const network = chain(1, 3, 2, 2)
    const weights = draw(network, 1, 1)
    const tensors = tensorsOf(network, weights)
    // The second hidden neuron is reached by nothing, so its two outgoing synapses lead nowhere.
    const masks = new Map([['linear1.weight', [1, 1, 1, 0, 0, 0]]])
    const { layers } = countOperations(
      network,
      { parameters: tensors, masking: null },
      masks,
      examplesOf([[1, 0, 2]], [0], 2),
    )
    disposeTensors(tensors)
    expect(layers.map(({ synapses }) => synapses)).toEqual([3, 2])
  })
})

describe('countOnes', () => {
  it('counts more spikes than a float32 sum can hold', async () => {
    await openBackend('wasm')
    const spikes = tidy(() => countOnes(ones([300, 60_000])))
    expect(spikes).toBe(18_000_000)
  })
})

describe('latency', () => {
  it('quantile: the linear function through the order statistics', () => {
    const ladder = Float64Array.from({ length: 21 }, (_, at) => 3 * at + 1)
    for (const share of [0, 0.05, 0.31, 0.5, 0.95, 0.999, 1])
      expect(quantile(ladder, share)).toBeCloseTo(60 * share + 1, 9)
    expect(quantile(Float64Array.of(7), 0.95)).toBe(7)
    expect(quantile(Float64Array.of(1, 2, 3, 10), 0.5)).toBe(2.5)
    expect(quantile(Float64Array.of(1, 2, 10), 0.5)).toBe(2)
  })

  it('times each network at batch 1 and in batches, the median not above p95', async () => {
    await openBackend('wasm')
    const network = chain(2, 4, 3)
    const runner = createRunner(network, packedOf(draw(network, 1, 1)))
    const rows = Array.from({ length: 9 }, (_, at) => [at, 1, 0, 2])
    const timed = timeInference([runner, runner], examplesOf(rows, new Array<number>(9).fill(0), 3), 8)
    runner.dispose()
    expect(timed).toHaveLength(2)
    for (const latency of timed) {
      expect(latency.batch).toBe(8)
      for (const { medianMs, p95Ms } of [latency.single, latency.batched]) {
        expect(medianMs).toBeGreaterThan(0)
        expect(p95Ms).toBeGreaterThanOrEqual(medianMs)
      }
    }
  })
})
