import { type Job, listPrunable, type Progress } from '@snnx/ir'
import { keepBudgets } from './budget/keep.ts'
import { openBudgets, resumeBudgets } from './budget/open.ts'
import { reportBudgets } from './budget/report.ts'
import { connectivityOf, epochAt, evaluate, phaseOf } from './evaluate.ts'
import { Picks } from './kernel/picks.ts'
import { scoreExamples } from './measure/score.ts'
import { initialiseOptimizer } from './optim/optimizer.ts'
import { cloneTensors, listLearned, type Tensors } from './parameters.ts'
import { importStart, loadOrigin, measurePoint } from './point.ts'
import { Interrupted, type Outcome, type Session } from './session.ts'
import { planStages, type Stage } from './stage.ts'
import { beginRun, disposeRun, keepBest, type RunState, restoreRun, saveRun } from './state.ts'
import { createStrategy } from './strategy/create.ts'
import { SILENT } from './strategy/strategy.ts'
import { advance, beginStage, closeSpan, learningRate, type StageContext } from './train.ts'
import type { Trainee } from './trainee.ts'

/** How long the engine may hold the thread before it lets messages through, and how often it reports, in ms. */
const PATIENCE = 50
const REPORT_EVERY = 150

/**
 * Runs a job to its end: every stage trained, every point measured. Saves a checkpoint after each epoch and each point,
 * from which a killed run goes on with the same numbers. The backend must be open.
 *
 * @throws Interrupted when `session.signal` was aborted and the checkpoint is saved
 * @throws SnnxError SNX08xx a checkpoint or weights file that cannot be used, or a file to start from that does not fit; SNX1002 diverged training
 */
export async function runJob(session: Session): Promise<Outcome> {
  const { job, hash, dataset } = session
  const stepsPerEpoch = Math.ceil(dataset.train.count / job.dataset.batch)
  const contexts = layOut(session, stepsPerEpoch)
  const restored = session.checkpoint ? restoreRun(hash, session.checkpoint) : null
  session.log(
    restored
      ? { type: 'resume', epoch: restored.progress.curves.at(-1)?.epoch ?? 0 }
      : { type: 'start', job: hash, epochs: contexts[0]!.totalSteps / stepsPerEpoch, backend: job.backend },
  )
  const state = restored ?? startRun(session, contexts[0]!.stage)
  try {
    for (const [index, context] of contexts.entries()) {
      if (index < state.progress.stage) continue
      await trainStage(context, state)
      await closeStage(context, state, contexts[index + 1]?.stage)
    }
    const { nodes, curves, trainSeconds, measureSeconds } = state.progress
    session.log({ type: 'done', seconds: trainSeconds + measureSeconds })
    const dense = session.dense?.test ?? nodes[0]!.test
    const prunable = prunableOf(session).map(({ name }) => name)
    return { prunable, dense, nodes, curves, trainSeconds, measureSeconds }
  } finally {
    disposeRun(state)
  }
}

/** The job's stages with all that each works with. */
function layOut(session: Session, stepsPerEpoch: number): StageContext[] {
  const { job } = session
  const strategy = job.compress ? createStrategy(job.compress) : null
  const stages = planStages(job, stepsPerEpoch)
  const totalSteps = stages.reduce((sum, stage) => sum + stage.steps, 0)
  const prunable = prunableOf(session)
  const names = prunable.map(({ name }) => `${name}.weight`)
  const positions = prunable.map((layer) => layer.positions)
  const total = prunable.reduce((sum, { weights }) => sum + weights, 0)
  const picks = new Picks()
  let stepsBefore = 0
  return stages.map((stage) => {
    const { removedBefore: start, removed: target, spanSteps: steps, curve } = stage
    const goal = { total, start, target, steps, ...(curve === undefined ? {} : { curve }) }
    let travel = 0
    for (let step = 0; step < steps; step++) travel += learningRate(job, stage, step, stepsPerEpoch)
    const node = { names, positions, goal, budgets: [], seed: job.seed, node: stage.node ?? 0, travel }
    const context = { picks, session, stage, strategy, node, stepsPerEpoch, stepsBefore, totalSteps }
    stepsBefore += stage.steps
    return context
  })
}

function prunableOf({ job }: Session) {
  return listPrunable(job.network, job.compress?.protect ?? [])
}

async function trainStage(context: StageContext, state: RunState): Promise<void> {
  const { session, stage, stepsPerEpoch } = context
  const { progress } = state
  const { job, dataset } = session
  if (progress.step < 0) {
    await openBudgets(context, state)
    beginStage(context, state)
    // A network that comes trained may be the best of its training.
    if (stage.node === null && session.start)
      keepBest(state, scoreExamples(job.network, state.trainee, dataset.validation).correct, 0)
    if (stage.spanSteps === 0) await closeSpan(context, state)
  } else resumeBudgets(context, state)
  let reported = 0
  while (progress.step < stage.steps) {
    const from = progress.step % stepsPerEpoch
    // The dense network's epochs have shuffled the same examples before.
    const order = { seed: job.seed, epoch: (job.compress ? job.train.epochs : 0) + progress.shuffles }
    const started = performance.now()
    let paused = started
    for (const batch of dataset.train.batches(job.dataset.batch, order, from)) {
      advance(context, state, batch)
      if (progress.step === stage.spanSteps) await closeSpan(context, state)
      const now = performance.now()
      if (now - reported > REPORT_EVERY) {
        session.progress(reportOf(context, state))
        reported = now
      }
      if (now - paused > PATIENCE) {
        await new Promise((resolve) => setTimeout(resolve))
        await session.turn?.()
        paused = performance.now()
        if (session.signal.aborted && progress.step % stepsPerEpoch !== 0 && progress.step < stage.steps) {
          progress.trainSeconds += (paused - started) / 1000
          await session.saveCheckpoint(saveRun(session.hash, state))
          throw new Interrupted()
        }
      }
      if (progress.step === stage.steps) break
    }
    if (progress.step > stage.spanSteps) keepBudgets(context, state)
    evaluate(context, state)
    progress.shuffles++
    progress.trainSeconds += (performance.now() - started) / 1000
    session.progress(reportOf(context, state))
    await session.saveCheckpoint(saveRun(session.hash, state))
    if (session.signal.aborted) throw new Interrupted()
  }
}

/** Measures the stage's best, and prepares the trainee for the next stage. */
async function closeStage(context: StageContext, state: RunState, next: Stage | undefined): Promise<void> {
  const { session, stage } = context
  const { progress, trainee } = state
  const started = performance.now()
  session.progress({ ...reportOf(context, state), phase: 'measure' })
  const epochs = { end: epochAt(context, stage.steps), best: progress.best!.epoch }
  const measured = await measurePoint(session, stage, state.best!, trainee.masking?.masks, epochs, progress.samples)
  const point = { ...measured, ...reportBudgets(context, state, measured) }
  session.log({
    type: 'measured',
    node: stage.node,
    testAccuracy: (100 * point.test.correct) / point.test.total,
    validationAccuracy: (100 * point.validation.correct) / point.validation.total,
    connectivity: connectivityOf(context, state),
  })
  progress.nodes.push(point)
  Object.assign(progress, { stage: progress.stage + 1, step: -1, best: null, strategy: {}, trace: SILENT })
  const origin = next?.start ?? 'previous'
  const parameters = origin === 'previous' ? cloneTensors(state.best!) : loadOrigin(session, origin)
  if (origin !== 'previous') progress.samples = countSeen(session, origin)
  disposeRun(state)
  Object.assign(state, { best: null, measures: new Map() })
  state.trainee = begin(session.job, parameters)
  progress.measureSeconds += (performance.now() - started) / 1000
  await session.saveCheckpoint(saveRun(session.hash, state))
  if (session.signal.aborted) throw new Interrupted()
}

/** A run's first state. A compression's first stage goes on from no point of its own. */
function startRun(session: Session, { start }: Stage): RunState {
  const origin = start === 'initial' ? 'initial' : 'dense'
  if (origin === 'initial' && session.start) {
    const { tensors, unused } = importStart(session)
    session.log({ type: 'imported', file: session.job.train.start!.file, tensors, unused })
  }
  const state = beginRun(begin(session.job, loadOrigin(session, origin)))
  state.progress.samples = countSeen(session, origin)
  return state
}

/** The training samples that a network has seen here from which a stage starts. */
function countSeen({ job, dataset }: Session, origin: 'initial' | 'dense'): number {
  return origin === 'initial' ? 0 : job.train.epochs * dataset.train.count
}

/** A stage's trainee: a fresh optimiser, no masks yet. */
function begin({ network }: Job, parameters: Tensors): Trainee {
  const learned = new Map(listLearned(network).map((name) => [name, parameters.get(name)!]))
  return { parameters, optimizer: initialiseOptimizer(learned), masking: null, auxiliary: new Map() }
}

function reportOf(context: StageContext, state: RunState): Progress {
  const { progress } = state
  const { s, y, z } = progress.trace
  const last = progress.curves.at(-1)
  const { loss, correct, seen } = progress.sums
  return {
    type: 'progress',
    phase: phaseOf(context, progress.step),
    node: context.stage.node,
    epoch: (context.stepsBefore + progress.step) / context.stepsPerEpoch,
    epochs: context.totalSteps / context.stepsPerEpoch,
    loss: seen > 0 ? loss / seen : (last?.loss ?? 0),
    trainAccuracy: seen > 0 ? (100 * correct) / seen : (last?.trainAccuracy ?? 0),
    validationAccuracy: last?.validationAccuracy ?? null,
    connectivity: connectivityOf(context, state),
    s,
    y,
    z,
  }
}
