import { computeValues, readValues } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { listAuxiliary, readAuxiliary, writeAuxiliary, writeWeights } from './auxiliary.ts'
import { replaceMasks, selectBottom } from './selection.ts'
import type { NodeContext, Progressive } from './strategy.ts'

/**
 * STDS, state transition of dendritic spines (Chen et al., ICML 2022). A synapse stores theta; within the threshold D it is
 * a filopodium without weight, beyond it a spine:
 *
 *     w = sign(theta) max(0, |theta| - D),   theta -= eta A(dL/dw)  for all synapses,   D grows along
 *     f(t / S) = (1 + sin(pi (t / S - 1/2))) / 2
 *
 * so synapses in the dead zone learn on and may come out at either side. The paper fixes the last D, and with it the
 * sparsity, by hand (and lets a run of 2048 epochs get there); here f is the share of the node's way, and D the |theta| that
 * has so many synapses within it, so that the node is met exactly at any scale of weights and length of span.
 *
 * The weights are what the network computes with: the optimiser's step is read off them and added to theta.
 */
export function stds(): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, context) {
      for (const name of context.names) {
        writeAuxiliary(trainee, 'theta', name, Float32Array.from(readValues(trainee.parameters.get(name)!)))
      }
      return { threshold: retract(trainee, context, context.goal.start) }
    },
    afterStep(trainee, context, state, step) {
      const { goal, names } = context
      const threshold = state.threshold!
      for (const name of names) {
        const theta = readAuxiliary(trainee, 'theta', name)
        const learned = readValues(trainee.parameters.get(name)!)
        const next = computeValues(theta.length, (at) => learned[at]! + deadPart(theta[at]!, threshold))
        writeAuxiliary(trainee, 'theta', name, next)
      }
      const s = goal.start + (goal.target - goal.start) * riseOf(step / goal.steps)
      state.threshold = retract(trainee, context, Math.ceil(s))
      return { s, y: null, z: null, energy: null }
    },
    finish(trainee, context, state) {
      state.threshold = retract(trainee, context, context.goal.target)
      return { arrived: context.goal.steps }
    },
  }
}

/** f: from 0 to 1, slow at both ends. */
export function riseOf(share: number): number {
  return (1 + Math.sin(Math.PI * (Math.min(1, share) - 0.5))) / 2
}

/** theta - w: what the threshold takes away, all of theta in the dead zone. */
function deadPart(theta: number, threshold: number): number {
  return Math.max(-threshold, Math.min(threshold, theta))
}

/** Puts exactly `s` synapses within the threshold; masks and weights follow. Returns it. */
function retract(trainee: Trainee, { names }: NodeContext, s: number): number {
  const { masks } = selectBottom(listAuxiliary(trainee, 'theta', names), names, s)
  let threshold = 0
  for (const [name, mask] of masks) {
    const kept = readValues(mask)
    const theta = readAuxiliary(trainee, 'theta', name)
    for (let at = 0; at < theta.length; at++) {
      if (kept[at] === 0) threshold = Math.max(threshold, Math.abs(theta[at]!))
    }
  }
  replaceMasks(trainee, masks, false)
  for (const name of names) {
    const theta = readAuxiliary(trainee, 'theta', name)
    writeWeights(
      trainee,
      name,
      computeValues(theta.length, (at) => theta[at]! - deadPart(theta[at]!, threshold)),
    )
  }
  return threshold
}
