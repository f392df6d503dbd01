import { digest, type ResultNode } from '@snnx/ir'
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
export function loadWeights(session: Pick<Session, 'job'>, { values }: NetworkWeights): Tensors {
  return new Map(listParameters(session.job.network).map(({ name, shape }) => [name, tensor(values.get(name)!, shape)]))
}

/** The parameters of the dense network a compression starts from. */
export function loadDense({ job, dense }: Pick<Session, 'job' | 'dense'>): Tensors {
  return loadWeights({ job }, decodeWeights(job.network, dense!.weights, "the dense network's weights file"))
}

/**
 * Measures a finished point on the stored weights themselves: what the file holds is what is tested. The test set is read
 * here and nowhere else.
 *
 * @param parameters the stage's best, masked weights being 0
 */
export async function measurePoint(
  session: Session,
  stage: Stage,
  parameters: Tensors,
  masks: Tensors | undefined,
  bestEpoch: number,
): Promise<ResultNode> {
  const { job, dataset } = session
  const { network } = job
  const plain = readWeights(parameters, masks)
  const bytes = encodeWeights(network, plain)
  const file = await session.saveWeights(stage.node === null ? 'dense' : `node-${stage.node + 1}`, bytes)
  const { score, layers, neurons } = countOperations(network, parameters, plain.masks, dataset.test)
  const dense = session.dense ? loadDense(session) : null
  const timed = timeInference(network, dense ? [dense, parameters] : [parameters], dataset.test, job.dataset.batch)
  disposeTensors(dense)
  return {
    target: stage.target,
    epochs: stage.epochs,
    bestEpoch,
    train: scoreExamples(network, parameters, dataset.train),
    validation: scoreExamples(network, parameters, dataset.validation),
    test: score,
    layers,
    neurons,
    latency: { dense: timed[0]!, compressed: timed.at(-1)! },
    weights: { file, sha256: digest(bytes), bytes: bytes.length, denseBytes: denseBytes(network, plain) },
  }
}
