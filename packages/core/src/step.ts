import { type Batch, type Job, SnnxError } from '@snnx/ir'
import { type Tensor, tensor1d, tidy, valueAndGrads } from '@tensorflow/tfjs-core'
import type { Picks } from './kernel/picks.ts'
import type { Moments } from './layer/norm.ts'
import { countCorrect, lossOf } from './loss.ts'
import { toTensor } from './measure/score.ts'
import { descendOne } from './optim/optimizer.ts'
import { listLearned, type Tensors } from './parameters.ts'
import { type Observer, simulate } from './simulate.ts'
import type { Trainee } from './trainee.ts'

/** What stands between a parameter's gradient and the optimiser: another gradient, the same, or `null` for no step at all. */
export type AdjustGradient = (name: string, gradient: Tensor) => Tensor | null

/**
 * One training step: forward with masked weights, backward, one step of the optimiser, running statistics.
 * @param lr the learning rate of this step
 * @param adjust sees each parameter's gradient before the optimiser; see `Progressive.adjustGradient`
 * @param observer sees the forward pass
 * @returns the batch's loss and correct answers, before the step
 * @throws SnnxError SNX1002 when the loss is not a finite number
 */
export function trainStep(
  job: Job,
  trainee: Trainee,
  batch: Batch,
  lr: number,
  picks?: Picks,
  adjust?: AdjustGradient,
  observer?: Observer,
): { loss: number; correct: number } {
  const names = listLearned(job.network)
  const measured: { name: string; momentum: number; moments: Moments }[] = []
  const { optimizer } = trainee
  const early = new Set<string>()
  let loss = 0
  const descend = (name: string, gradient: Tensor) => {
    const used = adjust ? adjust(name, gradient) : gradient
    if (used) descendOne(job.train.optimizer, lr, trainee.parameters, name, used, optimizer)
    if (used !== gradient) used?.dispose()
  }
  const learn = (name: string, gradient: Tensor) => {
    early.add(name)
    if (Number.isFinite(loss)) descend(name, gradient)
  }
  const training = {
    learn,
    draw: { seed: job.seed, step: optimizer.step },
    moments: ({ name, momentum }: { name: string; momentum: number }, moments: Moments) => {
      measured.push({ name, momentum, moments })
    },
  }
  let correct = 0
  const [value, ...grads] = tidy(() => {
    const x = toTensor(batch, job.network)
    const labels = batch.labels.subarray(0, batch.size)
    const objective = (...values: Tensor[]) => {
      const parameters: Tensors = new Map(trainee.parameters)
      for (const [index, name] of names.entries()) parameters.set(name, values[index]!)
      const model = { parameters, masking: trainee.masking }
      const output = simulate(job.network, model, x, {
        training,
        ...(picks && { picks }),
        ...(observer && { observer }),
      })
      correct = countCorrect(output.dataSync() as Float32Array, labels, batch.size)
      const value = lossOf(job.train.loss, output, labels)
      // Known before the backward pass, which already moves weights.
      loss = value.dataSync()[0]!
      optimizer.step++
      return value
    }
    const inputs = names.map((name) => trainee.parameters.get(name)!)
    const { value, grads } = valueAndGrads(objective as never)(inputs)
    return [value, ...grads] as Tensor[]
  })
  value!.dispose()
  if (!Number.isFinite(loss)) {
    for (const gradient of grads) gradient.dispose()
    throw new SnnxError('SNX1002', `training diverged: the loss is ${loss} at step ${optimizer.step}`, {
      help: 'lower `train.optimizer.lr`',
    })
  }
  for (const [index, name] of names.entries()) {
    if (!early.has(name)) descend(name, grads[index]!)
    grads[index]!.dispose()
  }
  for (const { name, momentum, moments } of measured) follow(trainee.parameters, name, momentum, moments)
  return { loss, correct }
}

/** Running statistics: r = (1 - momentum) r + momentum b, the variance unbiased (as PyTorch's batch norm does). */
function follow(parameters: Tensors, layer: string, momentum: number, { mean, variance, count }: Moments): void {
  const unbiased = count > 1 ? count / (count - 1) : 1
  const update = (name: string, batch: Float32Array, factor: number) => {
    const running = parameters.get(name)!
    const values = running.dataSync() as Float32Array
    const next = Float32Array.from(batch, (of, at) => (1 - momentum) * values[at]! + momentum * factor * of)
    running.dispose()
    parameters.set(name, tensor1d(next))
  }
  update(`${layer}.mean`, mean, 1)
  update(`${layer}.variance`, variance, unbiased)
}
