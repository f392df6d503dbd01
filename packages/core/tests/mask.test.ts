import type { Batch, Compress, Event, Job, Optimizer } from '@snnx/ir'
import { grads, square, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Picks } from '../src/kernel/picks.ts'
import { maskOne } from '../src/mask.ts'
import { initialiseOptimizer } from '../src/optim/optimizer.ts'
import { initialiseParameters } from '../src/parameters.ts'
import type { Session } from '../src/session.ts'
import { beginRun, disposeRun } from '../src/state.ts'
import { createStrategy } from '../src/strategy/create.ts'
import { advance, beginStage, closeSpan, type StageContext } from '../src/train.ts'
import { open, TESTED } from './backends.ts'
import { tensorOf } from './differences.ts'
import { jobOf } from './job.ts'
import { synthesise } from './synthesise.ts'
import { maskOf } from './trainee.ts'

const dataset = synthesise({ features: 12, classes: 4, train: 320, validation: 16, test: 16 })

function* endlessBatches(): Generator<Batch> {
  for (let epoch = 0; ; epoch++) yield* dataset.train.batches(16, { seed: 0, epoch })
}

describe.each(TESTED)('masks on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  it('act in the forward pass; the gradient goes straight through until they are frozen', () =>
    tidy(() => {
      const [values, mask] = [tensorOf([1, 2, 3], [3]), tensorOf([1, 0, 1], [3])]
      const gradient = (frozen: boolean) => {
        const loss = (w: Tensor) => {
          const effective = maskOne(w, mask, frozen)
          // d/dw sum (w - [1, 1, 1])^2 at the effective weights [1, 0, 3].
          return sum(square(sub(effective, 1)))
        }
        return grads(loss as never)([values])[0]!
      }
      expect([...gradient(false).dataSync()]).toEqual([0, -2, 4])
      expect([...gradient(true).dataSync()].map((value) => value + 0)).toEqual([0, 0, 4])
      expect(maskOne(values, undefined, true)).toBe(values)
    }))

  const optimizers: Optimizer[] = [
    { kind: 'adam', lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    { kind: 'sgd', lr: 0.1, momentum: 0.9 },
  ]
  const common = {
    scope: 'global' as const,
    protect: [],
    connectivity: [0.3],
    schedule: 'joint' as const,
    span: 1,
    finetune: 2.5,
  }
  const rates = { s: 1, y: 1, z: 3 }
  const dynamic = { ...common, interval: 4, drop: 0.3, allocation: 'erk' } as const
  const methods: Compress[] = [
    { method: 'minimax', ...common, path: 'dual', mask: 'soft', rates },
    { method: 'minimax', ...common, path: 'dual', mask: 'hard', rates },
    { method: 'ste', ...common },
    { method: 'gradual', ...common, interval: 4 },
    { method: 'set', ...dynamic },
    { method: 'rigl', ...dynamic },
    { method: 'stds', ...common },
    { method: 'grad_r', ...common, pull: 1 },
    { method: 'admm', ...common, rho: 0.01, interval: 4 },
    { method: 'upr', ...common, price: 1 },
    { method: 'iterative', ...common, rewind: 'initial' },
    { method: 'magnitude', ...common },
    { method: 'random', ...common },
  ]
  const cases = optimizers.flatMap((optimizer) =>
    methods.map((compress) => [optimizer.kind, compress.method, optimizer, compress] as const),
  )

  it.each(cases)(
    '%s after %s: masked weights are exactly 0, and stay so for 50 more steps',
    async (_, __, optimizer, compress) => {
      const base = jobOf()
      const job: Job = { ...base, train: { ...base.train, optimizer }, compress }
      const strategy = createStrategy(compress)
      const events: Event[] = []
      const total = 12 * 30 + 30 * 4
      const target = total - Math.floor(0.3 * total)
      const spanSteps = strategy.kind === 'one-shot' ? 0 : 20
      const stage = {
        node: 0,
        target: 0.3,
        steps: spanSteps + 50,
        spanSteps,
        removedBefore: 0,
        removed: target,
        start: 'dense' as const,
        begins: 0,
      }
      const context: StageContext = {
        session: { job, dataset, log: (event: Event) => events.push(event) } as unknown as Session,
        stage,
        strategy,
        node: {
          names: ['linear1.weight', 'linear2.weight'],
          positions: [1, 1],
          goal: { total, start: 0, target, steps: spanSteps },
          budgets: [],
          seed: 0,
          node: 0,
          travel: spanSteps * job.train.optimizer.lr,
        },
        picks: new Picks(),
        stepsPerEpoch: 20,
        stepsBefore: 0,
        totalSteps: stage.steps,
      }
      const parameters = initialiseParameters(job.network, 1)
      const state = beginRun({
        parameters,
        optimizer: initialiseOptimizer(parameters),
        masking: null,
        auxiliary: new Map(),
      })
      beginStage(context, state)
      let frozenMask: number[] | null = null
      const start = new Map([...parameters].map(([name, held]) => [name, [...held.dataSync()]]))
      for (const batch of endlessBatches()) {
        if (state.progress.step === stage.steps) break
        advance(context, state, batch)
        if (state.progress.step < spanSteps) continue
        if (state.progress.step === spanSteps) await closeSpan(context, state)
        const mask = maskOf(state.trainee)
        frozenMask ??= mask
        expect(state.trainee.masking!.frozen).toBe(true)
        expect(mask).toEqual(frozenMask)
        expect(mask.filter((kept) => kept === 0)).toHaveLength(target)
        const weights = context.node.names.flatMap((name) => [...state.trainee.parameters.get(name)!.dataSync()])
        expect(weights.filter((weight, at) => mask[at] === 0 && weight !== 0)).toEqual([])
      }
      const moved = context.node.names.flatMap((name) => {
        const before = start.get(name)!
        return [...state.trainee.parameters.get(name)!.dataSync()].filter(
          (value, at) => value !== 0 && value !== before[at],
        )
      })
      expect(moved.length).toBeGreaterThan(0)
      expect(events.filter(({ type }) => type === 'node')).toHaveLength(strategy.kind === 'one-shot' ? 0 : 1)
      disposeRun(state)
    },
  )
})
