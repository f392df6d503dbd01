import { type CompressOf, createRandom, shuffle } from '@snnx/ir'
import { beginSparse, placesOf, rewire } from './rewire.ts'
import { pickLowest } from './selection.ts'
import { type Progressive, SILENT } from './strategy.ts'

type Options = Pick<CompressOf<'set'>, 'allocation' | 'interval' | 'drop'>

/**
 * SET, sparse evolutionary training (Mocanu et al., Nature Communications 9, 2018): sparse from the start, K connections in
 * all and as many in each layer at any time. Every `interval` steps of the span, but for its last, each layer drops the
 * share zeta of its P positive weights and of its Q negative ones that are nearest zero, and grows as many connections at
 * places drawn uniformly among those that were empty:
 *
 *     M = 0 at the floor(zeta P) smallest w >= 0 and the floor(zeta Q) largest w < 0;   M = 1, w = 0 at as many places
 *
 * Which connections there are is kept by the mask, for a live weight may be 0. A layer with too few empty places drops only
 * as many. The paper draws new weights at random; here they start at 0 with moments of 0, as in RigL.
 */
export function set({ allocation, interval, drop }: Options): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, context) {
      beginSparse(trainee, context, allocation)
      return {}
    },
    afterStep(trainee, context, _, step) {
      const { goal, seed, node } = context
      if (step % interval !== 0 || step >= goal.steps) return SILENT
      rewire(trainee, context, ({ name, weights, mask }) => {
        const [active, empty] = [placesOf(mask, 1), placesOf(mask, 0)]
        const share = Math.min(drop, empty.length / active.length)
        const sizes = weights.map(Math.abs)
        let moved = 0
        for (const sign of [true, false]) {
          const side = active.filter((place) => weights[place]! >= 0 === sign)
          const dropped = pickLowest(sizes, side, Math.floor(share * side.length))
          for (const place of dropped) mask[place] = 0
          moved += dropped.length
        }
        shuffle(empty, createRandom(seed, 'grow', node, step, name))
        for (const place of empty.subarray(0, moved)) mask[place] = 1
      })
      return SILENT
    },
    finish: () => ({ arrived: 0 }),
  }
}
