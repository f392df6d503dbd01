import { beforeAll, describe, expect, it } from 'vitest'
import { memoryOf } from '../src/backend/memory.ts'
import { Stepper } from '../src/inference/stepper.ts'
import { measureNeuroBench } from '../src/measure/neurobench.ts'
import { loadModel } from '../src/model.ts'
import { simulate } from '../src/simulate.ts'
import { open, TESTED } from './backends.ts'
import { tensorOf } from './differences.ts'
import { cutBatches, readVectors, translate } from './neurobench-vectors.ts'

const { T, samples, batches, networks } = readVectors()

describe.each(TESTED)('NeuroBench on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  const cases = Object.entries(networks).flatMap(([name, { layers, cases }]) =>
    Object.entries(cases).map(([kind, of]) => [`${name}, ${kind} input`, layers, of] as const),
  )
  it('has networks with linear and convolutional layers and both pools', () => {
    const types = Object.values(networks).flatMap(({ layers }) => layers.map(({ type }) => type))
    expect(new Set(types)).toEqual(new Set(['Linear', 'Conv2d', 'AvgPool2d', 'MaxPool2d', 'Flatten', 'Leaky']))
  })

  it.each(cases)('every figure of %s, exactly', (_, layers, of) => {
    const { network, weights } = translate(layers, T, of.input.shape.slice(2))
    const found = measureNeuroBench(network, weights, cutBatches(of.input, of.labels, batches), samples)
    const theirs = of.neurobench
    expect({
      Footprint: found.footprint,
      ConnectionSparsity: found.connectionSparsity,
      ParameterCount: found.parameterCount,
      ActivationSparsity: found.activationSparsity,
      ActivationSparsityByLayer: found.activationSparsityByLayer,
      SynapticOperations: {
        Effective_MACs: found.synapticOperations.effectiveMacs,
        Effective_ACs: found.synapticOperations.effectiveAcs,
        Dense: found.synapticOperations.dense,
      },
      MembraneUpdates: found.membraneUpdates,
      NeuronOperations: {
        'Effective Neuron Ops': found.neuronOperations.effective,
        'Neuron Dense Ops': found.neuronOperations.dense,
      },
      ClassificationAccuracy: found.classificationAccuracy,
    }).toEqual(theirs)
    expect(found.footprintAfter).toBe(of.footprint_of_a_second_run)
    const byLayer = found.layers.map(({ name, effectiveMacs, effectiveAcs, dense, callsMacs, callsAcs }) => [
      name,
      {
        effective_macs: effectiveMacs,
        effective_acs: effectiveAcs,
        dense,
        calls_macs: callsMacs,
        calls_acs: callsAcs,
      },
    ])
    expect(Object.fromEntries(byLayer)).toEqual(of.synaptic_operations_by_layer_totals)
  })

  it.each(cases)('every spike of %s', (_, layers, of) => {
    const { network, weights } = translate(layers, T, of.input.shape.slice(2))
    const stepper = new Stepper(network, weights, memoryOf().kernels)
    const spikes = new Map<string, number[]>()
    const row = of.input.data.length / T
    const inputs = Float32Array.from(of.input.data)
    for (let step = 0; step < T; step++) {
      stepper.step(inputs.subarray(step * row, (step + 1) * row), samples, {
        fired: ({ name }, _, fired) => spikes.set(name, [...(spikes.get(name) ?? []), ...fired]),
      })
    }
    for (const [name, { data }] of Object.entries(of.spikes)) expect(spikes.get(name)).toEqual(data)
    expect(spikes.size).toBe(Object.keys(of.spikes).length)
  })

  it('the split into MACs and ACs follows the calls: it moves with the batch, the sum does not', () => {
    const { layers, cases } = networks.mlp!
    const of = cases.mixed!
    const { network, weights } = translate(layers, T, of.input.shape.slice(2))
    const measure = (sizes: number[]) =>
      measureNeuroBench(network, weights, cutBatches(of.input, of.labels, sizes), samples).synapticOperations
    const [whole, single] = [measure([samples]), measure(new Array<number>(samples).fill(1))]
    expect(single.effectiveMacs).toBeLessThan(whole.effectiveMacs)
    expect(single.effectiveMacs + single.effectiveAcs).toBeCloseTo(whole.effectiveMacs + whole.effectiveAcs, 9)
    expect(single.dense).toBe(whole.dense)
  })

  it('a stepped network gives what the engine gives for the same frame at every step', () => {
    const { layers, cases } = networks['conv-max']!
    const { network, weights } = translate(layers, T, cases.real!.input.shape.slice(2))
    const row = cases.real!.input.data.length / T
    const frame = cases.real!.input.data.slice(0, row)
    const stepper = new Stepper(network, weights, memoryOf().kernels)
    const mean = new Float64Array(samples * network.classes)
    for (let step = 0; step < T; step++) {
      const output = stepper.step(Float32Array.from(frame), samples)
      for (const [index, value] of output.entries()) mean[index]! += value / T
    }
    const engine = simulate(network, loadModel(network, weights), tensorOf(frame, [samples, ...network.input]))
    for (const [index, value] of [...engine.dataSync()].entries()) expect(mean[index]).toBeCloseTo(value, 6)
  })
})
