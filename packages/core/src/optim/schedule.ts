import type { Schedule } from '@snnx/ir'

/**
 * The factor of the learning rate at a step of a stretch of training.
 *
 *     constant   1
 *     cosine     rises linearly over the warm-up, then (1 + cos(pi t)) / 2 with t from 0 to 1 over the rest
 *
 * @param step from 0
 * @param steps length of the stretch
 * @param warmup steps of the linear rise
 */
export function scheduleFactor(kind: Schedule['kind'], step: number, steps: number, warmup: number): number {
  if (kind === 'constant') return 1
  if (step < warmup) return (step + 1) / warmup
  return (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup))) / 2
}
