import { digest, type Network, type ResultNode } from '@snnx/ir'
import { tensor } from '@tensorflow/tfjs-core'
import { decodeWeights, denseBytes, encodeWeights, type NetworkWeights } from './checkpoint/weights.ts'
import { countOperations } from './measure/count.ts'
import { timeInference } from './measure/latency.ts'
import { scoreExamples } from './measure/score.ts'
import { disposeTensors, listParameters, type Tensors } from './parameters.ts'
import type { Session } from './session.ts'
import type { Stage } from './stage.ts'

/** Parameters and masks copied out of the backend. */
export function readWeights(parameters: Tensors, masks: Tensors | undefined): NetworkWeights {
  return {
    values: new Map([...parameters].map(([name, held]) => [name, Float32Array.from(held.dataSync())])),
    masks: new Map([...(masks ?? [])].map(([name, held]) => [name, Uint8Array.from(held.dataSync())])),
  }
}

/** Decoded weights as tensors. */
export function loadWeights(network: Network, { values }: NetworkWeights): Tensors {
  return new Map(listParameters(network).map(({ name, shape }) => [name, tensor(values.get(name)!, shape)]))
}

/** The parameters of the dense network a compression starts from. */
export function loadDense({ job, dense }: Pick<Session, 'job' | 'dense'>): Tensors {
  return loadWeights(job.network, decodeWeights(job.network, dense!.weights, "the dense network's weights file"))
}

/**
 * Measures a finished point on what its weights file holds, decoded from the stored bytes. The test set is read here and
 * nowhere else.
 *
 * @param parameters the stage's best, masked weights being 0
 * @param epochs training at the stage's end and at its best evaluation, on the record's count
 */
export async function measurePoint(
  session: Session,
  stage: Stage,
  parameters: Tensors,
  masks: Tensors | undefined,
  epochs: { end: number; best: number },
): Promise<ResultNode> {
  const { job, dataset } = session
  const { network } = job
  const bytes = encodeWeights(network, readWeights(parameters, masks))
  const file = await session.saveWeights(stage.node === null ? 'dense' : `node-${stage.node + 1}`, bytes)
  const stored = decodeWeights(network, bytes, file)
  const weights = loadWeights(network, stored)
  const dense = session.dense ? loadDense(session) : null
  const { score, layers, neurons } = countOperations(network, weights, stored.masks, dataset.test)
  const timed = timeInference(network, dense ? [dense, weights] : [weights], dataset.test, job.dataset.batch)
  const [train, validation] = [dataset.train, dataset.validation].map((part) => scoreExamples(network, weights, part))
  disposeTensors(dense)
  disposeTensors(weights)
  return {
    target: stage.target,
    epochs: epochs.end,
    bestEpoch: epochs.best,
    train: train!,
    validation: validation!,
    test: score,
    layers,
    neurons,
    latency: { dense: timed[0]!, compressed: timed.at(-1)! },
    weights: { file, sha256: digest(bytes), bytes: bytes.length, denseBytes: denseBytes(network) },
  }
}
