import { digest, type ResultNode } from '@snnx/ir'
import { type Imported, importWeights } from './checkpoint/import.ts'
import { decodeWeights, denseBytes, encodeWeights, type NetworkWeights } from './checkpoint/weights.ts'
import { createRunner } from './inference/runner.ts'
import { countOperations } from './measure/count.ts'
import { readMask } from './measure/kept.ts'
import { timeInference } from './measure/latency.ts'
import { scoreExamples } from './measure/score.ts'
import { disposeModel, loadModel } from './model.ts'
import { initialiseParameters, type Tensors } from './parameters.ts'
import { measureAlone, type Session } from './session.ts'
import type { Stage } from './stage.ts'

/** Parameters and masks copied out of the backend. */
export function readWeights(parameters: Tensors, masks: Tensors | undefined): NetworkWeights {
  return {
    values: new Map([...parameters].map(([name, held]) => [name, Float32Array.from(held.dataSync())])),
    masks: new Map([...(masks ?? [])].map(([name, held]) => [name, readMask(held)])),
  }
}

/**
 * The parameters that a job starts from, or that its compression goes back to: the dense network's, or those that it was
 * itself trained from, of the file that is named or random by the seed.
 */
export function loadOrigin(session: Pick<Session, 'job' | 'dense' | 'start'>, origin: 'initial' | 'dense'): Tensors {
  const { network, seed } = session.job
  if (origin === 'dense') return loadModel(network, decodeDense(session)).parameters
  return session.start
    ? loadModel(network, importStart(session).weights).parameters
    : initialiseParameters(network, seed)
}

/** What the file gives that the dense network is trained from, where there is one. */
export function importStart({ job, start }: Pick<Session, 'job' | 'start'>): Imported {
  return importWeights(job.network, start!, job.train.start!.file)
}

/** The weights of the dense network that a compression starts from. */
export function decodeDense({ job, dense }: Pick<Session, 'job' | 'dense'>): NetworkWeights {
  return decodeWeights(job.network, dense!.weights, "the dense network's weights file")
}

/**
 * Measures a finished point on what its weights file holds, decoded from the stored bytes. The test set is read here and
 * nowhere else.
 *
 * @param parameters the stage's best, masked weights being 0
 * @param epochs training at the stage's end and at its best evaluation, on the record's count
 * @param samplesSeen training samples behind it
 */
export async function measurePoint(
  session: Session,
  stage: Stage,
  parameters: Tensors,
  masks: Tensors | undefined,
  epochs: { end: number; best: number },
  samplesSeen: number,
): Promise<ResultNode> {
  const { job, dataset } = session
  const { network } = job
  const bytes = encodeWeights(network, readWeights(parameters, masks))
  const file = await session.saveWeights(stage.node === null ? 'dense' : `node-${stage.node + 1}`, bytes)
  const stored = decodeWeights(network, bytes, file)
  const model = loadModel(network, stored)
  const { score, layers, neurons } = countOperations(network, model, stored.masks, dataset.test)
  const runners = [...(session.dense ? [decodeDense(session)] : []), stored].map((of) => createRunner(network, of))
  const time = () => timeInference(runners, dataset.test, job.dataset.batch)
  const timed = await measureAlone(session, time)
  for (const runner of runners) runner.dispose()
  const [train, validation] = [dataset.train, dataset.validation].map((part) => scoreExamples(network, model, part))
  disposeModel(model)
  return {
    target: stage.target,
    epochs: epochs.end,
    bestEpoch: epochs.best,
    samplesSeen,
    train: train!,
    validation: validation!,
    test: score,
    layers,
    neurons,
    latency: { dense: timed[0]!, compressed: timed.at(-1)! },
    weights: { file, sha256: digest(bytes), bytes: bytes.length, denseBytes: denseBytes(network) },
  }
}
