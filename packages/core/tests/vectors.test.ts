import { readFileSync } from 'node:fs'
import type { Network, Neuron } from '@snnx/ir'
import { mul, sum, type Tensor, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fireNeurons } from '../src/layer/neuron.ts'
import type { Moments } from '../src/layer/norm.ts'
import { lossOf } from '../src/loss.ts'
import { simulate } from '../src/simulate.ts'
import { open, TESTED } from './backends.ts'

/** From PyTorch + SpikingJelly; `SNNX_VECTORS` names another file of the same form. */
const path = process.env.SNNX_VECTORS ?? new URL('../../../fixtures/peers/vectors.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }

type Nested = number | Nested[]
interface NeuronCase {
  case: 'neuron'
  kind: Neuron['model']
  tau: number
  reset: Neuron['reset']
  detachReset: boolean
  surrogate: Neuron['surrogate']['kind']
  threshold: number
  x: Nested
  upstream: Nested
  spikes: Nested
  gradX: Nested
  w?: number
  gradW?: number
}
interface NetworkCase {
  case: 'network'
  name: string
  steps: number
  x: Nested
  labels: number[]
  rate: Nested
  loss: number
  parameters: Record<string, Nested>
  gradients: Record<string, Nested>
}
type Case = NeuronCase | NetworkCase

/** The sharpness each surrogate has in the script that made the vectors. */
const ALPHA = { atan: 2, sigmoid: 4, triangle: 1 }

function neuronOf(of: NeuronCase): Neuron {
  const surrogate = { kind: of.surrogate, alpha: ALPHA[of.surrogate] }
  return {
    model: of.kind,
    tau: of.tau,
    threshold: of.threshold,
    resetTo: 0,
    reset: of.reset,
    detach: of.detachReset,
    surrogate,
  }
}

function flat(nested: Nested): number[] {
  return Array.isArray(nested) ? (nested as Nested[]).flatMap(flat) : [nested]
}

/** max|a - b| <= 1e-5 max|b| */
function expectClose(actual: Tensor, reference: Nested): void {
  const expected = flat(reference)
  const got = actual.dataSync()
  expect(got.length).toBe(expected.length)
  const scale = Math.max(...expected.map(Math.abs))
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - got[index]!)))
  expect(worst).toBeLessThanOrEqual(1e-5 * scale)
}

describe.each(TESTED)('reference vectors on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  const neurons = cases.filter((of): of is NeuronCase => of.case === 'neuron')
  it.each(
    neurons.map(
      (of, index) => [`${index} ${of.kind} ${of.reset} ${of.surrogate} detached=${of.detachReset}`, of] as const,
    ),
  )('neuron %s', (_, of) =>
    tidy(() => {
      const x = tensor(of.x as number[][])
      const upstream = tensor(of.upstream as number[][])
      const steps = x.shape[0]!
      const logit = of.w === undefined ? null : tensor(of.w, [])
      const fire = (x: Tensor, w?: Tensor) => fireNeurons(neuronOf(of), steps, x, w ?? null, false, null)
      expect([...fire(x, logit ?? undefined).dataSync()]).toEqual(flat(of.spikes))
      const inputs = logit ? [x, logit] : [x]
      const { grads } = valueAndGrads((x: Tensor, w?: Tensor) => sum(mul(fire(x, w), upstream)) as never)(inputs)
      expectClose(grads[0]!, of.gradX)
      if (logit) expectClose(grads[1]!, of.gradW!)
    }),
  )

  const mlps = cases.filter((of): of is NetworkCase => of.case === 'network' && of.name.startsWith('mlp'))
  it('has the network of the acceptance', () => expect(mlps.length).toBeGreaterThan(0))
  it.each(mlps.map((of) => [of.name, of] as const))('network %s', (_, of) =>
    tidy(() => {
      const lif: Neuron = {
        model: 'lif',
        tau: 2,
        threshold: 1,
        resetTo: 0,
        reset: 'zero',
        detach: true,
        surrogate: { kind: 'atan', alpha: 2 },
      }
      const entries = Object.entries(of.parameters)
      const matrices = entries.map(([, values]) => tensor(values as number[][]))
      const network: Network = {
        name: 'mlp',
        steps: of.steps,
        input: [matrices[0]!.shape[1]!],
        classes: matrices.at(-1)!.shape[0]!,
        layers: [
          ...matrices.flatMap((matrix, index): Network['layers'] => [
            { kind: 'linear', name: `linear${index}`, features: matrix.shape[0]!, bias: false },
            { kind: 'neuron', name: `cell${index}`, neuron: lif },
          ]),
          { kind: 'rate' },
        ],
      }
      const named = (tensors: Tensor[]) => new Map(tensors.map((held, index) => [`linear${index}.weight`, held]))
      // The vectors give one frame or one frame a step: the network sees a constant frame only in the first form.
      const x = tensor(of.x as number[][])
      expectClose(simulate(network, { parameters: named(matrices), masking: null }, x), of.rate)
      const loss = (...tensors: Tensor[]) =>
        lossOf('mse', simulate(network, { parameters: named(tensors), masking: null }, x), Uint8Array.from(of.labels))
      const { value, grads } = valueAndGrads(loss as never)(matrices)
      expectClose(value, of.loss)
      for (const [index, [name]] of entries.entries()) expectClose(grads[index]!, of.gradients[name]!)
    }),
  )

  const convolutional = cases.filter((of): of is NetworkCase => of.case === 'network' && of.name.startsWith('conv'))
  it('has the convolutional network of the acceptance', () => expect(convolutional).toHaveLength(1))
  it.each(convolutional.map((of) => [of.name, of] as const))('network %s', (_, of) =>
    tidy(() => {
      const lif = neuronOf({
        kind: 'lif',
        tau: 2,
        reset: 'zero',
        detachReset: true,
        surrogate: 'atan',
        threshold: 1,
      } as NeuronCase)
      const conv = (name: string, channels: number) =>
        ({ kind: 'conv', name, channels, kernel: 3, stride: 1, padding: 1, bias: false }) as const
      const norm = (name: string) => ({ kind: 'norm', name, epsilon: 1e-5, momentum: 0.1 }) as const
      const cell = (name: string) => ({ kind: 'neuron', name, neuron: lif }) as const
      const network: Network = {
        name: 'conv',
        steps: of.steps,
        input: [2, 6, 6],
        classes: 3,
        layers: [
          conv('conv1', 4),
          norm('norm1'),
          cell('cell1'),
          conv('conv2', 5),
          norm('norm2'),
          cell('cell2'),
          { kind: 'max_pool', size: 2, stride: 2, padding: 0 },
          { kind: 'flatten' },
          { kind: 'linear', name: 'linear1', features: 3, bias: false },
          cell('cell3'),
          { kind: 'rate' },
        ],
      }
      // The peer's names are the indices of its modules.
      const names = [
        'conv1.weight',
        'norm1.weight',
        'norm1.bias',
        'conv2.weight',
        'norm2.weight',
        'norm2.bias',
        'linear1.weight',
      ]
      const theirs = ['0.weight', '1.weight', '1.bias', '3.weight', '4.weight', '4.bias', '8.weight']
      const held = theirs.map((name) => tensor(of.parameters[name] as number[]))
      const x = tensor(of.x as number[][][])
      const measured = new Map<string, Moments>()
      const training = {
        draw: { seed: 0, step: 0 },
        moments: ({ name }: { name: string }, moments: Moments) => void measured.set(name, moments),
      }
      const run = (tensors: Tensor[]) => {
        const parameters = new Map(names.map((name, index) => [name, tensors[index]!]))
        return simulate(network, { parameters, masking: null }, x, { training })
      }
      expectClose(run(held), of.rate)
      const loss = (...tensors: Tensor[]) => lossOf('mse', run(tensors), Uint8Array.from(of.labels))
      const { value, grads } = valueAndGrads(loss as never)(held)
      expectClose(value, of.loss)
      for (const [index, name] of theirs.entries()) expectClose(grads[index]!, of.gradients[name]!)
      expect([...measured.keys()]).toEqual(['norm1', 'norm2'])
      expect(measured.get('norm2')!.count).toBe(5 * 3 * 36)
    }),
  )
})
