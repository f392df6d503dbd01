import type { CompressOf } from '@snnx/ir'
import { tensor } from '@tensorflow/tfjs-core'
import { computeValues, readValues } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { listAuxiliary, readAuxiliary, writeAuxiliary, writeWeights } from './auxiliary.ts'
import { maskIndices, pickLowest, replaceMasks, selectBottom } from './selection.ts'
import type { NodeContext, Progressive } from './strategy.ts'

/** Adam on the gates. Its epsilon is far below any gradient here, which the paper's 1e-8 is not. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-16]

/**
 * Unstructured pruning by an energy penalty (Shi et al., "Towards energy efficient SNNs", ICLR 2024), its weight gates only:
 * every weight has a gate that opens or closes softly, ever more sharply, and pays for the synapses that it carries,
 *
 *     w = p sig(tau a),   loss = L(w) + lambda sum C sig(tau a),   tau = 5 200^(t / S)
 *     dL/da = tau sig (1 - sig) (p dL/dw + lambda C),   dL/dp = dL/dw sig
 *
 * with C the output positions at which the weight is used (1 in a linear layer). Gates have an Adam of their own. The paper
 * leaves lambda, which alone decides the sparsity, to be found by hand; here it is `price` times sum |p dL/dw| / sum C of
 * the step, so that penalty and loss pull at the gates in that proportion whatever the network. In the end the K gates
 * that are widest open stay. p starts at 2 w, for a gate at a = 0 lets half of it through.
 */
export function upr({ price }: Pick<CompressOf<'upr'>, 'price'>): Progressive {
  return {
    kind: 'progressive',
    begin(trainee, { names }) {
      for (const name of names) {
        const w = readValues(trainee.parameters.get(name)!)
        writeAuxiliary(
          trainee,
          'p',
          name,
          computeValues(w.length, (at) => 2 * w[at]!),
        )
        for (const role of ['a', 'm', 'v']) writeAuxiliary(trainee, role, name, new Float32Array(w.length))
      }
      replaceMasks(trainee, selectBottom(trainee.parameters, names, 0).masks, false)
      return { tau: sharpnessAt(0) }
    },
    adjustGradient(trainee, { names }, { tau }, _, name, gradient) {
      if (!names.includes(name)) return gradient
      const g = Float32Array.from(readValues(gradient))
      writeAuxiliary(trainee, 'g', name, g)
      const a = readAuxiliary(trainee, 'a', name)
      return tensor(
        computeValues(g.length, (at) => g[at]! * sigmoid(tau! * a[at]!)),
        gradient.shape,
      )
    },
    afterStep(trainee, context, state, step, lr) {
      const lambda = price * scaleOf(trainee, context)
      const next = sharpnessAt(step / context.goal.steps)
      let closed = 0
      for (const [layer, name] of context.names.entries()) {
        learn(trainee, name, lambda * context.positions[layer]!, state.tau!, step, lr)
        const p = readAuxiliary(trainee, 'p', name)
        const a = readAuxiliary(trainee, 'a', name)
        writeWeights(
          trainee,
          name,
          computeValues(p.length, (at) => p[at]! * sigmoid(next * a[at]!)),
        )
        for (let at = 0; at < a.length; at++) if (a[at]! <= 0) closed++
      }
      state.tau = next
      return { s: closed, y: null, z: null, energy: null }
    },
    finish(trainee, { names, goal }) {
      const gates = Float32Array.from(
        [...listAuxiliary(trainee, 'a', names).values()].flatMap((a) => [...a.dataSync()]),
      )
      const narrowest = pickLowest(gates, Int32Array.from(gates.keys()), goal.target)
      replaceMasks(trainee, maskIndices(trainee.parameters, names, narrowest), false)
      return { arrived: null }
    },
  }
}

/** tau. */
export function sharpnessAt(share: number): number {
  return 5 * 200 ** share
}

/** dL/da. @param cost lambda C */
export function slopeOfGate(p: number, a: number, slope: number, tau: number, cost: number): number {
  const open = sigmoid(tau * a)
  return tau * open * (1 - open) * (p * slope + cost)
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** sum |p dL/dw| / sum C. */
function scaleOf(trainee: Trainee, { names, positions }: NodeContext): number {
  let [pull, cost] = [0, 0]
  for (const [layer, name] of names.entries()) {
    const p = readAuxiliary(trainee, 'p', name)
    const g = readAuxiliary(trainee, 'g', name)
    for (let at = 0; at < p.length; at++) pull += Math.abs(p[at]! * g[at]!)
    cost += p.length * positions[layer]!
  }
  return pull / cost
}

/** One step of p, which takes over what the optimiser did to the weights, and of Adam on a. */
function learn(trainee: Trainee, name: string, cost: number, tau: number, step: number, lr: number): void {
  const [p, a, m, v, g] = ['p', 'a', 'm', 'v', 'g'].map((role) => readAuxiliary(trainee, role, name))
  const w = readValues(trainee.parameters.get(name)!)
  const size = w.length
  const slopes = computeValues(size, (at) => slopeOfGate(p![at]!, a![at]!, g![at]!, tau, cost))
  const first = computeValues(size, (at) => BETA1 * m![at]! + (1 - BETA1) * slopes[at]!)
  const second = computeValues(size, (at) => BETA2 * v![at]! + (1 - BETA2) * slopes[at]! ** 2)
  const [unbiased, square] = [1 - BETA1 ** step, 1 - BETA2 ** step]
  const gates = computeValues(size, (at) => {
    return a![at]! - (lr * first[at]!) / unbiased / (Math.sqrt(second[at]! / square) + EPSILON)
  })
  const values = computeValues(size, (at) => p![at]! + w[at]! - Math.fround(p![at]! * sigmoid(tau * a![at]!)))
  for (const [role, numbers] of Object.entries({ p: values, a: gates, m: first, v: second })) {
    writeAuxiliary(trainee, role, name, numbers)
  }
  trainee.auxiliary.get(`g/${name}`)!.dispose()
  trainee.auxiliary.delete(`g/${name}`)
}
