import { readFileSync } from 'node:fs'
import type { Network, Neuron } from '@snnx/ir'
import { mul, sum, type Tensor, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { fireNeurons } from '../src/layer/neuron.ts'
import { lossOf } from '../src/loss.ts'
import { simulate } from '../src/simulate.ts'

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

describe.each(['wasm', 'cpu'] as const)('reference vectors on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
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
      const fire = (x: Tensor, w?: Tensor) => fireNeurons(neuronOf(of), steps, x, w ?? null, false)
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
      expectClose(simulate(network, named(matrices), x), of.rate)
      const loss = (...tensors: Tensor[]) =>
        lossOf('mse', simulate(network, named(tensors), x), Uint8Array.from(of.labels))
      const { value, grads } = valueAndGrads(loss as never)(matrices)
      expectClose(value, of.loss)
      for (const [index, [name]] of entries.entries()) expectClose(grads[index]!, of.gradients[name]!)
    }),
  )
})
