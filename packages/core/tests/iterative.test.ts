import type { Compress } from '@snnx/ir'
import { add, mul } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../src/backend/backend.ts'
import { encodeWeights } from '../src/checkpoint/weights.ts'
import { Picks } from '../src/kernel/picks.ts'
import { initialiseOptimizer } from '../src/optim/optimizer.ts'
import { initialiseParameters, listLearned, replaceTensor } from '../src/parameters.ts'
import { readWeights } from '../src/point.ts'
import type { Session } from '../src/session.ts'
import { beginRun, disposeRun, type RunState } from '../src/state.ts'
import { createStrategy } from '../src/strategy/create.ts'
import { beginStage, type StageContext } from '../src/train.ts'
import { convolutional } from './images.ts'
import { jobOf } from './job.ts'
import { maskOf, zeros } from './trainee.ts'

const compress = (rewind: 'dense' | 'initial'): Compress => ({
  method: 'iterative',
  scope: 'global',
  protect: [],
  connectivity: [0.5, 0.2],
  schedule: 'joint',
  span: 1,
  finetune: 1,
  rewind,
})
const job = jobOf({ network: convolutional() })
const names = listLearned(job.network).filter((name) => /^(conv|linear).*weight$/.test(name))

/** Every parameter moved, as if it had been trained. */
function train({ trainee }: RunState, by: number): void {
  for (const [name, held] of [...trainee.parameters]) replaceTensor(trainee.parameters, name, add(held, by))
}

function begin(): RunState {
  const parameters = initialiseParameters(job.network, job.seed)
  const learned = new Map(listLearned(job.network).map((name) => [name, parameters.get(name)!]))
  return beginRun({ parameters, optimizer: initialiseOptimizer(learned), masking: null, auxiliary: new Map() })
}

const valuesOf = ({ trainee }: RunState) => readWeights(trainee.parameters, undefined).values

beforeAll(async () => {
  await openBackend('cpu')
})

describe('iterative magnitude pruning', () => {
  it.each([
    ['dense', 0.25],
    ['initial', 0],
  ] as const)(
    'rewound to %s: w = M w_rewind to the bit, all that is learned with it, and masks are nested',
    (to, by) => {
      const state = begin()
      train(state, 0.25)
      const weights = encodeWeights(job.network, readWeights(state.trainee.parameters, undefined))
      const origin = begin()
      train(origin, by)
      const expected = valuesOf(origin)
      disposeRun(origin)
      const total = names.reduce((sum, name) => sum + state.trainee.parameters.get(name)!.size, 0)
      let before: number[] | null = null
      for (const [node, share] of [0.5, 0.2].entries()) {
        // What the round before has learned, its cut weights being 0: by these sizes it is cut.
        const trained = names.flatMap((name) => [...valuesOf(state).get(name)!])
        const target = total - Math.floor(share * total)
        const context = {
          session: { job: { ...job, compress: compress(to) }, dense: { weights } } as unknown as Session,
          strategy: createStrategy(compress(to)),
          node: { names, positions: [], goal: { total, start: 0, target, steps: 0 }, seed: 0, node, travel: 0 },
          picks: new Picks(),
        } as unknown as StageContext
        beginStage(context, state)
        const mask = maskOf(state.trainee)
        expect(zeros(mask)).toBe(target)
        expect(state.trainee.masking!.frozen).toBe(true)
        const kept = trained.filter((_, at) => mask[at] === 1).map(Math.abs)
        const cut = trained.filter((_, at) => mask[at] === 0).map(Math.abs)
        expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(...cut))
        let from = 0
        for (const [name, values] of valuesOf(state)) {
          if (!names.includes(name)) {
            expect([...values], name).toEqual([...expected.get(name)!])
            continue
          }
          const part = mask.slice(from, from + values.length)
          from += values.length
          expect([...values].map((w) => w + 0)).toEqual(
            [...expected.get(name)!].map((w, at) => (part[at] === 1 ? w : 0)),
          )
        }
        if (before) for (const [at, one] of before.entries()) if (one === 0) expect(mask[at]).toBe(0)
        for (const moments of Object.values(state.trainee.optimizer.moments)) {
          for (const held of moments.values()) expect(held.dataSync().every((value) => value === 0)).toBe(true)
        }
        before = mask
        // The next round: survivors move, cut ones stay at 0.
        for (const name of names) {
          const held = state.trainee.parameters.get(name)!
          const moved = add(held, 0.01 * (node + 1))
          const masked = mul(moved, state.trainee.masking!.masks.get(name)!)
          moved.dispose()
          replaceTensor(state.trainee.parameters, name, masked)
        }
      }
      disposeRun(state)
    },
  )
})
