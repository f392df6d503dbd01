import type { CompressOf } from '@snnx/ir'
import { magnitude } from './one-shot.ts'
import type { OneShot } from './strategy.ts'

/**
 * Iterative magnitude pruning with rewinding: lottery tickets (Frankle and Carbin, ICLR 2019; on SNNs: Kim et al., ECCV
 * 2022). Each node of the joint schedule is a round: the smallest |w| of those that survived and trained are cut, and the
 * others go back to what they were,
 *
 *     M = top_K(|w|),   w = M * w_rewind,   then training with M fixed and a new optimiser
 *
 * with w_rewind the dense network's weights or the untrained ones (the original ticket). All that is learned goes back:
 * biases, batch norm's parameters and its running statistics too. Cut weights are 0, so masks are nested. (Late rewinding,
 * to an early epoch of the dense training, would need weights that a dense job does not keep.)
 */
export function iterative({ rewind }: Pick<CompressOf<'iterative'>, 'rewind'>): OneShot {
  return { ...magnitude(), rewind }
}
