import { type Batch, type Job, SnnxError } from '@snnx/ir'
import { type Tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core'
import { countCorrect, lossOf } from './loss.ts'
import { maskWeights } from './mask.ts'
import { toTensor } from './measure/score.ts'
import { descend } from './optim/optimizer.ts'
import { disposeTensors, type Tensors } from './parameters.ts'
import { simulate } from './simulate.ts'
import type { Trainee } from './trainee.ts'

/**
 * One training step: forward with masked weights, backward, one step of the optimiser.
 * @param lr the learning rate of this step
 * @returns the batch's loss and correct answers, before the step
 * @throws SnnxError SNX1002 when the loss is not a finite number
 */
export function trainStep(job: Job, trainee: Trainee, batch: Batch, lr: number): { loss: number; correct: number } {
  const names = [...trainee.parameters.keys()]
  let correct = 0
  const [value, ...grads] = tidy(() => {
    const x = toTensor(batch, job.network.input)
    const labels = batch.labels.subarray(0, batch.size)
    const objective = (...values: Tensor[]) => {
      const parameters: Tensors = new Map(names.map((name, index) => [name, values[index]!]))
      const output = simulate(job.network, maskWeights(parameters, trainee.masking), x)
      correct = countCorrect(output.dataSync() as Float32Array, labels, batch.size)
      return lossOf(job.train.loss, output, labels)
    }
    const { value, grads } = valueAndGrads(objective as never)([...trainee.parameters.values()])
    return [value, ...grads] as Tensor[]
  })
  const loss = value!.dataSync()[0]!
  value!.dispose()
  const gradients: Tensors = new Map(names.map((name, index) => [name, grads[index]!]))
  if (!Number.isFinite(loss)) {
    disposeTensors(gradients)
    throw new SnnxError('SNX1002', `training diverged: the loss is ${loss} at step ${trainee.optimizer.step + 1}`, {
      help: 'lower `train.optimizer.lr`',
    })
  }
  descend(job.train.optimizer, lr, trainee.parameters, gradients, trainee.optimizer)
  disposeTensors(gradients)
  return { loss, correct }
}
