import { SnnxError } from '@snnx/ir'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { toTensor } from '../src/measure/score.ts'
import { disposeTensors, initialiseParameters } from '../src/parameters.ts'
import { simulate } from '../src/simulate.ts'
import { open, providers, TESTED } from './backends.ts'
import { jobOf, runInMemory } from './job.ts'
import { synthesise } from './synthesise.ts'

const dataset = synthesise({ features: 12, classes: 4, train: 320, validation: 80, test: 400 })

/** All spikes of the untrained network on the test set, layer after layer. */
function firstSpikes(): number[] {
  const job = jobOf()
  const parameters = initialiseParameters(job.network, job.seed)
  const spikes: number[] = []
  for (const batch of dataset.test.batches(100, null)) {
    tidy(() => {
      const x = toTensor(batch, job.network)
      const observer = { spikes: (_: string, fired: Tensor) => void spikes.push(...fired.dataSync()) }
      simulate(job.network, { parameters, masking: null }, x, { observer })
    })
  }
  disposeTensors(parameters)
  return spikes
}

describe('the same job on each backend', () => {
  it('gives the same spikes before the first step', async () => {
    await openBackend('wasm')
    const wasm = firstSpikes()
    await openBackend('cpu')
    const cpu = firstSpikes()
    expect(wasm).toHaveLength(400 * 4 * (30 + 4))
    expect(wasm.reduce((sum, spike) => sum + spike, 0)).toBeGreaterThan(1000)
    expect(cpu).toEqual(wasm)
  })

  it('ends with the same accuracy, up to a few examples that rounding decides', async () => {
    const correct: Record<string, number> = {}
    for (const backend of ['wasm', 'cpu'] as const) {
      await openBackend(backend)
      const { outcome } = await runInMemory(jobOf({ backend }), dataset)
      correct[backend] = outcome.dense.correct
    }
    expect(correct.wasm).toBeGreaterThan(320)
    expect(Math.abs(correct.wasm! - correct.cpu!)).toBeLessThanOrEqual(8)
  })
})

describe('openBackend', () => {
  it('opens each backend that is here by its name, and the fastest for `auto`', async () => {
    for (const name of TESTED) expect(await open(name)).toBe(name)
    expect(await openBackend('auto', providers)).toBe(TESTED[0])
  })

  const absent = (['native', 'tensorflow'] as const).filter((name) => !TESTED.includes(name))
  it.each(absent)('says that %s is not here, why, and what is', async (name) => {
    const failure = await open(name).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SnnxError)
    expect(failure).toMatchObject({ code: 'SNX1001', help: expect.stringContaining('wasm') })
    expect((failure as SnnxError).message).toContain('this host brings no')
  })
})
