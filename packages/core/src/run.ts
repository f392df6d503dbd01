import { costLayers, type Progress } from '@snnx/ir'
import { initialiseOptimizer } from './optim/optimizer.ts'
import { cloneTensors, disposeTensors, initialiseParameters } from './parameters.ts'
import { loadDense, measurePoint } from './point.ts'
import { Interrupted, type Outcome, type Session } from './session.ts'
import { listPrunable, planStages, type Stage } from './stage.ts'
import { beginRun, disposeRun, type RunState, restoreRun, saveRun } from './state.ts'
import { createStrategy } from './strategy/create.ts'
import { advance, beginStage, connectivityOf, evaluate, type StageContext } from './train.ts'

/** How long the engine may hold the thread before it lets messages through, and how often it reports, in ms. */
const PATIENCE = 50
const REPORT_EVERY = 150

/**
 * Runs a job to its end: every stage trained, every point measured. Saves a checkpoint after each epoch and each point,
 * from which a killed run goes on with the same numbers. The backend must be open.
 *
 * @throws Interrupted when `session.signal` was aborted and the checkpoint is saved
 * @throws SnnxError SNX08xx a checkpoint or weights file that cannot be used; SNX1002 diverged training
 */
export async function runJob(session: Session): Promise<Outcome> {
  const { job, hash, dataset } = session
  const strategy = job.compress ? createStrategy(job.compress) : null
  const stepsPerEpoch = Math.ceil(dataset.train.count / job.dataset.batch)
  const stages = planStages(job, stepsPerEpoch, strategy?.oneShot ?? false)
  const totalEpochs = stages.reduce((sum, stage) => sum + stage.steps, 0) / stepsPerEpoch
  const state = session.checkpoint ? restoreRun(hash, session.checkpoint) : beginRun(startTrainee(session))
  session.log(
    session.checkpoint
      ? { type: 'resume', epoch: state.progress.curves.at(-1)?.epoch ?? 0 }
      : { type: 'start', job: hash, epochs: totalEpochs, backend: job.backend },
  )
  try {
    while (state.progress.stage < stages.length) {
      const context = stageContext(session, stages, state, strategy, stepsPerEpoch)
      await trainStage(context, state, totalEpochs)
      await closeStage(context, state)
    }
    const { nodes, curves, trainSeconds, measureSeconds } = state.progress
    session.log({ type: 'done', seconds: trainSeconds + measureSeconds })
    return {
      prunable: listPrunable(job),
      dense: session.dense?.test ?? nodes[0]!.test,
      nodes,
      curves,
      trainSeconds,
      measureSeconds,
    }
  } finally {
    disposeRun(state)
  }
}

async function trainStage(context: StageContext, state: RunState, totalEpochs: number): Promise<void> {
  const { session, stage, stepsPerEpoch } = context
  const { progress } = state
  const { job, dataset } = session
  if (progress.step < 0) beginStage(context, state)
  let reported = 0
  while (progress.step < stage.steps) {
    const from = progress.step % stepsPerEpoch
    const order = { seed: job.seed, epoch: (job.compress ? job.train.epochs : 0) + progress.epochsBegun }
    let started = performance.now()
    let paused = started
    for (const batch of dataset.train.batches(job.dataset.batch, order, from)) {
      advance(context, state, batch)
      const now = performance.now()
      if (now - reported > REPORT_EVERY) {
        session.progress(reportOf(context, state, totalEpochs))
        reported = now
      }
      if (now - paused > PATIENCE) {
        await new Promise((resolve) => setTimeout(resolve))
        paused = performance.now()
        if (session.signal.aborted && progress.step % stepsPerEpoch !== 0 && progress.step < stage.steps) {
          progress.trainSeconds += (paused - started) / 1000
          await session.saveCheckpoint(saveRun(session.hash, state))
          throw new Interrupted()
        }
      }
      if (progress.step === stage.steps) break
    }
    evaluate(context, state)
    progress.epochsBegun++
    started = (performance.now() - started) / 1000
    progress.trainSeconds += started
    session.progress(reportOf(context, state, totalEpochs))
    await session.saveCheckpoint(saveRun(session.hash, state))
    if (session.signal.aborted) throw new Interrupted()
  }
}

/** Measures the stage's best, and prepares the trainee for the next stage. */
async function closeStage(context: StageContext, state: RunState): Promise<void> {
  const { session, stage } = context
  const { progress, trainee } = state
  const started = performance.now()
  session.progress({ ...reportOf(context, state, 0), phase: 'measure' })
  const masks = trainee.masking?.masks
  const point = await measurePoint(session, stage, state.best!, masks, progress.best!.epoch)
  session.log({
    type: 'measured',
    node: stage.node,
    testAccuracy: (100 * point.test.correct) / point.test.total,
    validationAccuracy: (100 * point.validation.correct) / point.validation.total,
    connectivity: connectivityOf(context, state),
  })
  progress.nodes.push(point)
  progress.stage++
  progress.step = -1
  progress.best = null
  progress.strategy = {}
  startNextStage(state)
  progress.measureSeconds += (performance.now() - started) / 1000
  await session.saveCheckpoint(saveRun(session.hash, state))
  if (session.signal.aborted) throw new Interrupted()
}

/** Goes on from the stage's best parameters, with a fresh optimiser and no masks yet. */
function startNextStage(state: RunState): void {
  const parameters = cloneTensors(state.best!)
  disposeRun(state)
  state.best = null
  state.trainee = { parameters, optimizer: initialiseOptimizer(parameters), masking: null }
}

function startTrainee({ job, dense }: Session) {
  const parameters = job.compress ? loadDense({ job, dense }) : initialiseParameters(job.network, job.seed)
  return { parameters, optimizer: initialiseOptimizer(parameters), masking: null }
}

function stageContext(
  session: Session,
  stages: readonly Stage[],
  { progress, trainee }: RunState,
  strategy: StageContext['strategy'],
  stepsPerEpoch: number,
): StageContext {
  const { job } = session
  const stage = stages[progress.stage]!
  const prunable = listPrunable(job)
  const total = costLayers(job.network).reduce(
    (sum, layer) => sum + (prunable.includes(layer.name) ? layer.weights : 0),
    0,
  )
  if (stage.fromDense && progress.step < 0 && progress.stage > 0) {
    disposeTensors(trainee.parameters)
    trainee.parameters = loadDense(session)
  }
  return {
    session,
    stage,
    strategy,
    stepsPerEpoch,
    epochsBefore: stage.epochs - stage.steps / stepsPerEpoch,
    node: {
      names: prunable.map((name) => `${name}.weight`),
      goal: { total, start: stage.removedBefore, target: stage.removed, steps: stage.spanSteps },
      stepsPerEpoch,
      seed: job.seed,
      node: stage.node ?? 0,
    },
  }
}

function reportOf(context: StageContext, state: RunState, totalEpochs: number): Progress {
  const { stage, stepsPerEpoch } = context
  const { progress } = state
  const { s, y, z } = { s: null, y: null, z: null, ...progress.strategy } as Pick<Progress, 's' | 'y' | 'z'>
  const last = progress.curves.at(-1)
  const { loss, correct, seen } = progress.sums
  return {
    type: 'progress',
    phase: stage.node === null ? 'dense' : progress.step > stage.spanSteps ? 'finetune' : 'compress',
    node: stage.node,
    epoch: progress.epochsBegun + (progress.step % stepsPerEpoch) / stepsPerEpoch,
    epochs: totalEpochs,
    loss: seen > 0 ? loss / seen : (last?.loss ?? 0),
    trainAccuracy: seen > 0 ? (100 * correct) / seen : (last?.trainAccuracy ?? 0),
    validationAccuracy: last?.validationAccuracy ?? null,
    connectivity: connectivityOf(context, state),
    s,
    y,
    z,
  }
}
