import type { CompressOf } from '@snnx/ir'
import { tensor } from '@tensorflow/tfjs-core'
import { computeValues, readValues } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { listAuxiliary, readAuxiliary, writeAuxiliary } from './auxiliary.ts'
import { replaceMasks, selectBottom } from './selection.ts'
import type { NodeContext, Progressive } from './strategy.ts'

/**
 * ADMM pruning (Deng et al., TNNLS 2021; Boyd et al., 2011). The problem is split: w minimises the loss, Z has no more than
 * K weights other than 0, and the scaled dual U ties them,
 *
 *     every step        w descends on L(w) + (rho / 2) ||w - Z + U||^2,   its gradient is dL/dw + rho (w - Z + U)
 *     every `interval`  Z = top_K(w + U),   U += w - Z
 *
 * so that w drifts towards K weights before the rest is cut: M = top_K(w) at the span's end. All weights are there until
 * then. The penalty is squared, as in the paper (its code has the norm itself, a constant pull). K is that of all layers
 * taken together, where the paper sets one for each by hand. The log's `energy` is ||w - Z||^2 / ||w||^2, what the cut
 * will take if Z no longer changes.
 */
export function admm({ rho, interval }: Pick<CompressOf<'admm'>, 'rho' | 'interval'>): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, context) {
      for (const name of context.names) {
        writeAuxiliary(trainee, 'u', name, new Float32Array(trainee.parameters.get(name)!.size))
      }
      replaceMasks(trainee, selectBottom(trainee.parameters, context.names, 0).masks, false)
      return { distance: project(trainee, context) }
    },
    adjustGradient(trainee, { names }, _, __, name, gradient) {
      if (!names.includes(name)) return gradient
      const z = readAuxiliary(trainee, 'z', name)
      const u = readAuxiliary(trainee, 'u', name)
      const w = readValues(trainee.parameters.get(name)!)
      const slope = readValues(gradient)
      const slopes = computeValues(w.length, (at) => slope[at]! + rho * (w[at]! - z[at]! + u[at]!))
      return tensor(slopes, gradient.shape)
    },
    afterStep(trainee, context, state, step) {
      if (step % interval === 0) {
        state.distance = project(trainee, context)
        for (const name of context.names) {
          const z = readAuxiliary(trainee, 'z', name)
          const w = readValues(trainee.parameters.get(name)!)
          const u = readAuxiliary(trainee, 'u', name)
          writeAuxiliary(
            trainee,
            'u',
            name,
            computeValues(w.length, (at) => u[at]! + w[at]! - z[at]!),
          )
        }
      }
      return { s: null, y: null, z: null, energy: state.distance! }
    },
    finish(trainee, { names, goal }) {
      replaceMasks(trainee, selectBottom(trainee.parameters, names, goal.target).masks, false)
      return { arrived: null }
    },
  }
}

/** Z = top_K(w + U): the nearest weights of which all but K are 0. Returns ||w - Z||^2 / ||w||^2. */
function project(trainee: Trainee, { names, goal }: NodeContext): number {
  for (const name of names) {
    const u = readAuxiliary(trainee, 'u', name)
    const w = readValues(trainee.parameters.get(name)!)
    writeAuxiliary(
      trainee,
      'z',
      name,
      computeValues(w.length, (at) => w[at]! + u[at]!),
    )
  }
  const { masks } = selectBottom(listAuxiliary(trainee, 'z', names), names, goal.target)
  let [distance, total] = [0, 0]
  for (const [name, mask] of masks) {
    const kept = readValues(mask)
    const sum = readAuxiliary(trainee, 'z', name)
    const z = computeValues(sum.length, (at) => (kept[at] === 0 ? 0 : sum[at]!))
    writeAuxiliary(trainee, 'z', name, z)
    const w = readValues(trainee.parameters.get(name)!)
    for (let at = 0; at < w.length; at++) {
      distance += (w[at]! - z[at]!) ** 2
      total += w[at]! ** 2
    }
    mask.dispose()
  }
  return total > 0 ? distance / total : 0
}
