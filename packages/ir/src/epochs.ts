import type { Compress, Method } from './compress.ts'
import type { Job } from './job.ts'

const CUTTING: readonly Method[] = ['random', 'magnitude', 'magnitude_layer', 'iterative']
const ANEW: readonly Method[] = ['random', 'magnitude', 'magnitude_layer', 'set', 'rigl']

/** Whether a method cuts at once, and trains with the fixed mask from then on. */
export function isOneShot(method: Method): boolean {
  return CUTTING.includes(method)
}

/** Whether a method starts anew at each node of a joint schedule, and trains for as long as the others have by then. */
export function startsAnew(method: Method): boolean {
  return ANEW.includes(method)
}

/** Whether a method takes the dense network's place: it starts untrained, and trains for the dense network's epochs too. */
export function startsUntrained(compress: Compress): boolean {
  return 'start' in compress && compress.start === 'initial'
}

/**
 * Epochs of training that a job takes: those of the dense network, or the span and fine-tuning of every node; a
 * sequential schedule spends as many in one stretch. A method that starts anew at each node of a joint schedule trains for
 * as long as it took there: k nodes' worth at node k, and the dense network's epochs before if it starts untrained.
 */
export function epochsOf({ train, compress }: Job): number {
  if (compress === null) return train.epochs
  const { connectivity, schedule, method, span, finetune } = compress
  const nodes = connectivity.length
  const anew = schedule === 'joint' && startsAnew(method)
  const before = startsUntrained(compress) ? train.epochs : 0
  const stretches = anew ? nodes : 1
  return stretches * before + (anew ? (nodes * (nodes + 1)) / 2 : nodes) * (span + finetune)
}
