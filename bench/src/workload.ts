import { compile } from '@snnx/dsl'
import type { Job } from '@snnx/ir'

/** What a step does: train dense, compress (minimax, its whole step), train with a fixed mask, or classify. */
export type Task = 'train' | 'compress' | 'finetune' | 'infer'

/** What one side runs over and over: a network of `std`, on random frames, each the same at every time step. */
export interface Workload {
  network: 'mlp' | 'cifar10net' | 'sew_resnet18'
  /** Of `cifar10net`; the others have none. */
  width: number | null
  /** Time steps of one example. */
  steps: number
  batch: number
  task: Task
  /** Share of the prunable connections that are there: all layers but the first are prunable. */
  connectivity: number
  /** Spikes per neuron and step at which every layer of neurons begins. */
  rate: number
}

/** A data set of the shape that a network is for; its examples are never read. */
const DATA: Readonly<Record<Workload['network'], string>> = {
  mlp: 'mnist',
  cifar10net: 'cifar10',
  sew_resnet18: 'cifar10',
}

/** The job whose steps are run: the network as `std` has it, the loss, optimiser and rate of the peer. */
export function jobOf(workload: Workload): Job {
  const text = specOf(workload)
  const { experiment, diagnostics } = compile({ name: 'bench.snnx', text })
  if (experiment === null) throw new Error(`${diagnostics.map(({ message }) => message).join('; ')} in\n${text}`)
  return experiment.jobs[0]!.job
}

/** The spec of a workload. */
export function specOf({ network, width, steps, batch, task, connectivity }: Workload): string {
  const method = task === 'compress' ? 'minimax' : 'random'
  const compress = `compress : ${method} {
    connectivity <= ${Number((100 * connectivity).toPrecision(6))} %
    protect       = [first]
  }`
  return `snnx 1

experiment bench {
  dataset : ${DATA[network]} { batch = ${batch} }
  network net : ${network} {${width === null ? '' : `\n    width = ${width}`}
    steps = ${steps}
  }
  train {
    loss      = mse
    optimizer = adam(lr = 1e-4)
    schedule  = constant
    duration  = 1 epochs
  }
  ${connectivity < 1 ? compress : ''}
}
`
}
