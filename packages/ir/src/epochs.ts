import type { Method } from './compress.ts'
import type { Job } from './job.ts'

const ONE_SHOT: readonly Method[] = ['random', 'magnitude', 'magnitude_layer']

/** Whether a method cuts at once, and trains with the fixed mask from then on. */
export function isOneShot(method: Method): boolean {
  return ONE_SHOT.includes(method)
}

/**
 * Epochs of training that a job takes: those of the dense network, or the span and fine-tuning of every node; a
 * sequential schedule spends as many in one stretch. A one-shot method starts from the dense network at each node of a
 * joint schedule and trains for as long as it took there: k nodes' worth at node k.
 */
export function epochsOf({ train, compress }: Job): number {
  if (compress === null) return train.epochs
  const nodes = compress.connectivity.length
  const anew = compress.schedule === 'joint' && isOneShot(compress.method)
  return (anew ? (nodes * (nodes + 1)) / 2 : nodes) * (compress.span + compress.finetune)
}
