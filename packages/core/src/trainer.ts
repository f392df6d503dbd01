import { type Batch, type Compress, type Event, type Job, type Layer, listPrunable, type Pick } from '@snnx/ir'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { NetworkWeights } from './checkpoint/weights.ts'
import { Picks } from './kernel/picks.ts'
import { countOnes } from './measure/count.ts'
import { toTensor } from './measure/score.ts'
import { loadModel } from './model.ts'
import { initialiseOptimizer } from './optim/optimizer.ts'
import { initialiseParameters, listLearned } from './parameters.ts'
import { readWeights } from './point.ts'
import type { Session } from './session.ts'
import { simulate } from './simulate.ts'
import type { Stage } from './stage.ts'
import { beginRun, disposeRun } from './state.ts'
import { createStrategy } from './strategy/create.ts'
import type { Strategy } from './strategy/strategy.ts'
import { advance, beginStage, type StageContext } from './train.ts'
import type { Trainee } from './trainee.ts'

/** Training by single steps, outside of any job: what a benchmark times, the same code that `runJob` runs. */
export interface Trainer {
  /** One training step, and the compression's own if there is one. */
  step(batch: Batch): void
  /** Milliseconds that the last step spent on the compression's own work: selection, shrink, s, duals, mask. */
  compressionMs(): number
  /** What the dispatcher picked last. */
  picks(): Pick[]
  /** Runs layers on a batch with the weights and masks as they are, as a step would, but learns nothing. */
  forward(batch: Batch, layers?: readonly Layer[]): Forward
  /** Parameters and masks as they are, copied. */
  weights(): NetworkWeights
  dispose(): void
}

/** What layers made of a batch. */
export interface Forward {
  output: Float32Array
  /** Mean spikes per neuron and step, by layer of neurons. */
  rates: Map<string, number>
}

/**
 * A trainer that stays where it begins: dense without `compress`; with a progressive method its whole step at the first
 * node's connectivity, already reached; with a one-shot method fine-tuning with its mask fixed.
 *
 * @param weights to start from; drawn by the job's seed unless given
 */
export function createTrainer(job: Job, weights?: NetworkWeights): Trainer {
  let compressionMs = 0
  const timed = (ms: number) => {
    compressionMs = ms
  }
  const strategy = job.compress ? timeSteps(createStrategy(job.compress), timed) : null
  const context = contextOf(job, strategy)
  const parameters = weights ? loadModel(job.network, weights).parameters : initialiseParameters(job.network, job.seed)
  const learned = new Map(listLearned(job.network).map((name) => [name, parameters.get(name)!]))
  const state = beginRun({ parameters, optimizer: initialiseOptimizer(learned), masking: null, auxiliary: new Map() })
  beginStage(context, state)
  return {
    step: (batch) => advance(context, state, batch),
    compressionMs: () => compressionMs,
    picks: () => context.picks.list(),
    forward: (batch, layers = job.network.layers) => runForward(job, state.trainee, batch, layers),
    weights: () => readWeights(state.trainee.parameters, state.trainee.masking?.masks),
    dispose: () => disposeRun(state),
  }
}

function runForward(job: Job, trainee: Trainee, batch: Batch, layers: readonly Layer[]): Forward {
  const network = { ...job.network, layers: [...layers] }
  const training = { draw: { seed: job.seed, step: trainee.optimizer.step }, moments: () => {} }
  const rates = new Map<string, number>()
  const observer = {
    spikes: (layer: string, fired: Tensor) => {
      rates.set(layer, countOnes(fired) / fired.size)
    },
  }
  let output = new Float32Array()
  // Nothing is returned from `tidy`: it would look for tensors among the numbers, one by one.
  tidy(() => {
    const made = simulate(network, trainee, toTensor(batch, network), { observer, training })
    output = Float32Array.from(made.dataSync())
  })
  return { output, rates }
}

/** Tells how long each step of a progressive strategy takes. */
function timeSteps(strategy: Strategy, tell: (ms: number) => void): Strategy {
  // There is nothing to go back to but the weights that the trainer was given.
  if (strategy.kind !== 'progressive') return { kind: 'one-shot', cut: strategy.cut }
  return {
    ...strategy,
    afterStep(...step) {
      const start = performance.now()
      const trace = strategy.afterStep(...step)
      tell(performance.now() - start)
      return trace
    },
  }
}

/** A stage that never ends. */
function contextOf(job: Job, strategy: Strategy | null): StageContext {
  const { compress } = job
  const prunable = listPrunable(job.network, compress?.protect ?? [])
  const total = prunable.reduce((sum, { weights }) => sum + weights, 0)
  const target = compress ? total - Math.floor(connectivityOf(compress) * total) : 0
  const steps = Number.MAX_SAFE_INTEGER
  const spanSteps = strategy?.kind === 'progressive' ? steps : 0
  const stage: Stage = {
    node: compress ? 0 : null,
    target: compress ? connectivityOf(compress) : null,
    steps,
    spanSteps,
    begins: 0,
    removedBefore: target,
    removed: target,
    start: compress ? 'dense' : 'initial',
  }
  const goal = { total, start: target, target, steps: spanSteps }
  const names = prunable.map(({ name }) => `${name}.weight`)
  const positions = prunable.map((layer) => layer.positions)
  return {
    session: { job, log: (_: Event) => {} } as unknown as Session,
    stage,
    strategy,
    node: { names, positions, goal, budgets: [], seed: job.seed, node: 0, travel: spanSteps * job.train.optimizer.lr },
    picks: new Picks(),
    stepsPerEpoch: steps,
    stepsBefore: 0,
    totalSteps: steps,
  }
}

function connectivityOf(compress: Compress): number {
  return compress.connectivity[0]!
}
