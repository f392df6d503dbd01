import type { CompressOf } from '@snnx/ir'
import { readValues } from '../parameters.ts'
import { readAuxiliary, writeAuxiliary } from './auxiliary.ts'
import { beginSparse, placesOf, rewire } from './rewire.ts'
import { pickLowest } from './selection.ts'
import { type Progressive, SILENT } from './strategy.ts'

type Options = Pick<CompressOf<'rigl'>, 'allocation' | 'interval' | 'drop'>

/**
 * RigL, the rigged lottery (Evci et al., ICML 2020): sparse throughout, like SET, but connections grow where the dense
 * gradient is largest. Every `interval` steps, up to the span's end T, instead of the optimiser's step and in each layer,
 *
 *     f = (a / 2) (1 + cos(pi t / T)),   d = floor(f active)
 *     keep the active - d largest |w|;  grow the d largest |dL/dw| among all others
 *
 * A connection that was just dropped is among the others; if it is chosen again it keeps its weight and moments. New ones
 * start at w = 0 with moments of 0. Between updates the mask is fixed. The gradient is that of the update's batch alone.
 */
export function rigl({ allocation, interval, drop }: Options): Progressive {
  const isUpdate = (step: number, steps: number) => step % interval === 0 && step < steps
  return {
    kind: 'progressive',
    begin(trainee, context) {
      beginSparse(trainee, context, allocation)
      trainee.masking!.frozen = !isUpdate(1, context.goal.steps)
      return {}
    },
    adjustGradient(trainee, { names, goal }, _, step, name, gradient) {
      if (!isUpdate(step, goal.steps)) return gradient
      if (names.includes(name)) writeAuxiliary(trainee, 'gradient', name, Float32Array.from(readValues(gradient)))
      return null
    },
    afterStep(trainee, context, _, step) {
      const { steps } = context.goal
      if (isUpdate(step, steps)) {
        const share = (drop / 2) * (1 + Math.cos((Math.PI * step) / steps))
        rewire(trainee, context, ({ name, weights, mask }) => {
          const active = placesOf(mask, 1)
          const count = Math.floor(share * active.length)
          for (const place of pickLowest(weights.map(Math.abs), active, count)) mask[place] = 0
          const slopes = readAuxiliary(trainee, 'gradient', name).map((slope) => -Math.abs(slope))
          for (const place of pickLowest(slopes, placesOf(mask, 0), count)) mask[place] = 1
        })
        for (const gradient of trainee.auxiliary.values()) gradient.dispose()
        trainee.auxiliary.clear()
      }
      // The backend gives the gradient of a fixed mask at its connections only, so for an update it is not.
      trainee.masking!.frozen = !isUpdate(step + 1, steps)
      return SILENT
    },
    finish: () => ({ arrived: 0 }),
  }
}
