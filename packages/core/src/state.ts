import type { Epoch, ResultNode } from '@snnx/ir'
import type { BudgetTerms } from './budget/create.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint/checkpoint.ts'
import { packMask } from './mask.ts'
import { cloneTensors, disposeTensors, type Tensors } from './parameters.ts'
import { SILENT, type StrategyState, type Trace } from './strategy/strategy.ts'
import type { Trainee } from './trainee.ts'

/** Where a run is, and what it has seen since the last evaluation: the plain half of a checkpoint. */
export interface RunProgress {
  stage: number
  /** Steps of the stage done; -1: the stage has not begun. */
  step: number
  /** Shuffles used up so far over all stages: every epoch, a stage's last and partial one too, has its own. */
  shuffles: number
  optimizerStep: number
  frozen: boolean
  strategy: StrategyState
  /** The kernels that the log told last: layer, direction and kernel. */
  kernels: string
  /** What the strategy told of its last step. */
  trace: Trace
  sums: { loss: number; correct: number; seen: number }
  best: { correct: number; epoch: number } | null
  nodes: ResultNode[]
  curves: Epoch[]
  /** What the bounds of other resources were found to mean; `null` before, and where there are none. */
  budgets: BudgetProgress | null
  /** Training samples that the present network has seen, those of the dense network it comes from among them. */
  samples: number
  trainSeconds: number
  measureSeconds: number
}

/** The terms of a job's bounds, and of the present node: the weights to remove, at its start and as they were estimated. */
export interface BudgetProgress {
  terms: BudgetTerms
  start: number
  target: number
}

/** A run in memory. */
export interface RunState {
  trainee: Trainee
  /** Parameters of the stage's best evaluation. */
  best: Tensors | null
  /** What bounds know of data and machine, see `readMeasures`; none where there are no bounds. */
  measures: Tensors
  progress: RunProgress
}

/** The first state of a run. */
export function beginRun(trainee: Trainee): RunState {
  return {
    trainee,
    best: null,
    measures: new Map(),
    progress: {
      stage: 0,
      step: -1,
      shuffles: 0,
      optimizerStep: 0,
      frozen: false,
      strategy: {},
      kernels: '',
      trace: SILENT,
      sums: { loss: 0, correct: 0, seen: 0 },
      best: null,
      nodes: [],
      curves: [],
      budgets: null,
      samples: 0,
      trainSeconds: 0,
      measureSeconds: 0,
    },
  }
}

/** The state as a checkpoint's bytes. */
export function saveRun(hash: string, { trainee, best, measures, progress }: RunState): Uint8Array {
  const { first, second } = trainee.optimizer.moments
  const tensors = {
    parameter: trainee.parameters,
    first,
    second,
    auxiliary: trainee.auxiliary,
    measures,
    ...(trainee.masking ? { mask: trainee.masking.masks } : {}),
    ...(best ? { best } : {}),
  }
  const state: RunProgress = {
    ...progress,
    optimizerStep: trainee.optimizer.step,
    frozen: trainee.masking?.frozen ?? false,
  }
  return encodeCheckpoint(hash, { tensors, state })
}

/**
 * The state a checkpoint holds.
 * @throws SnnxError SNX0801, SNX0803 when it cannot be used
 */
export function restoreRun(hash: string, bytes: Uint8Array): RunState {
  const { tensors, state } = decodeCheckpoint<RunProgress>(hash, bytes)
  const setOf = (name: string) => new Map(tensors[name] ?? [])
  return {
    trainee: {
      parameters: setOf('parameter'),
      optimizer: { step: state.optimizerStep, moments: { first: setOf('first'), second: setOf('second') } },
      masking: tensors.mask ? { masks: packMasks(setOf('mask')), frozen: state.frozen } : null,
      auxiliary: setOf('auxiliary'),
    },
    best: tensors.best ? setOf('best') : null,
    measures: setOf('measures'),
    progress: state,
  }
}

/** A checkpoint holds masks as numbers. */
function packMasks(masks: Tensors): Tensors {
  return new Map([...masks].map(([name, mask]) => [name, packMask(mask)]))
}

/** Remembers the present parameters as the stage's best. */
export function keepBest(state: RunState, correct: number, epoch: number): void {
  disposeTensors(state.best)
  state.best = cloneTensors(state.trainee.parameters)
  state.progress.best = { correct, epoch }
}

/** Frees everything a run holds. */
export function disposeRun({ trainee, best, measures }: RunState): void {
  const { first, second } = trainee.optimizer.moments
  const { parameters, auxiliary, masking } = trainee
  for (const tensors of [parameters, first, second, auxiliary, masking?.masks, best, measures]) disposeTensors(tensors)
}
