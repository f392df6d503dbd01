import type { Neuron } from '@snnx/ir'
import { surrogateGradient } from './surrogate.ts'

// Float32 throughout, rounding where the reference (SpikingJelly) rounds. Each loop does one thing without branches: spikes
// are unpredictable, and a mispredicted branch costs more than the arithmetic (three times, measured).
const f = Math.fround

/** How one call of the neuron kernels is laid out. */
export interface NeuronExtent {
  steps: number
  /** Neurons of one step: batch x features. */
  width: number
  /** The input is one step's worth, the same at every step. */
  constantInput: boolean
}

/** 1/tau as the recurrence uses it: fixed for `lif`, sigmoid(w) for `plif`, unused by `if`. */
export function decayOf(neuron: Neuron, logit: number | null): number {
  return f(logit === null ? 1 / neuron.tau : 1 / (1 + Math.exp(-logit)))
}

/**
 * Charge, fire, reset over all steps.
 *
 * @param input `[steps or 1, width]`
 * @param spikes out, `[steps, width]`, 0 or 1
 * @param membrane out, `[steps, width]`: H, the potential before the reset, which the backward pass needs
 */
export function neuronForward(
  neuron: Neuron,
  decay: number,
  extent: NeuronExtent,
  input: Float32Array,
  spikes: Float32Array,
  membrane: Float32Array,
): void {
  const potential = new Float32Array(extent.width).fill(neuron.resetTo)
  for (let step = 0; step < extent.steps; step++) {
    const H = stepOf(membrane, step, extent.width)
    const S = stepOf(spikes, step, extent.width)
    charge(neuron, decay, potential, inputOf(input, step, extent), H)
    fire(f(neuron.threshold), H, S)
    reset(neuron, H, S, potential)
  }
}

/**
 * Backpropagation through time of `neuronForward`, the step's derivative replaced by the surrogate sg:
 *
 *     gH = gS sg(H - threshold) + gV dV/dH      dV/dH: 1 - S (zero), 1 (subtract)
 *     not detached: gH += gV dV/dS sg           dV/dS: resetTo - H (zero), -threshold (subtract)
 *     gX = gH k,  gV' = gH (1 - k)  with k = 1/tau      (if: gX = gV' = gH)
 *     gk = sum over all of gH (X - (V - resetTo))       (plif)
 *
 * @param upstream `[steps, width]`, gradient to the spikes
 * @param gradient out, `[steps or 1, width]`, gradient to the input (summed over steps when the input is constant)
 * @returns gk for `plif`, else 0
 */
export function neuronBackward(
  neuron: Neuron,
  decay: number,
  extent: NeuronExtent,
  input: Float32Array,
  spikes: Float32Array,
  membrane: Float32Array,
  upstream: Float32Array,
  gradient: Float32Array,
): number {
  const { steps, width } = extent
  const slope = new Float32Array(width)
  const toMembrane = new Float32Array(width)
  const toPotential = new Float32Array(width)
  const potential = new Float32Array(width)
  const inputShare = neuron.model === 'if' ? 1 : decay
  const carryShare = neuron.model === 'if' ? 1 : f(1 - decay)
  let toDecay = 0
  gradient.fill(0)
  for (let step = steps - 1; step >= 0; step--) {
    const H = stepOf(membrane, step, width)
    const S = stepOf(spikes, step, width)
    surrogateGradient(neuron.surrogate, f(neuron.threshold), H, slope)
    resetBackward(neuron, H, S, slope, toPotential, toMembrane)
    const fromSpikes = stepOf(upstream, step, width)
    const toInput = inputOf(gradient, step, extent)
    for (let unit = 0; unit < width; unit++) {
      const whole = f(f(fromSpikes[unit]! * slope[unit]!) + toMembrane[unit]!)
      toMembrane[unit] = whole
      toInput[unit] = f(toInput[unit]! + f(whole * inputShare))
      toPotential[unit] = f(whole * carryShare)
    }
    if (neuron.model !== 'plif') continue
    if (step > 0) reset(neuron, stepOf(membrane, step - 1, width), stepOf(spikes, step - 1, width), potential)
    else potential.fill(neuron.resetTo)
    const X = inputOf(input, step, extent)
    for (let unit = 0; unit < width; unit++) {
      toDecay += toMembrane[unit]! * (X[unit]! - (potential[unit]! - neuron.resetTo))
    }
  }
  return toDecay
}

/** H from V and X. `lif` divides by tau as the reference does, `plif` multiplies by the learned decay. */
function charge(neuron: Neuron, decay: number, V: Float32Array, X: Float32Array, H: Float32Array): void {
  const rest = f(neuron.resetTo)
  const tau = f(neuron.tau)
  const width = V.length
  if (neuron.model === 'if') for (let unit = 0; unit < width; unit++) H[unit] = V[unit]! + X[unit]!
  else if (neuron.model === 'lif')
    for (let unit = 0; unit < width; unit++) H[unit] = V[unit]! + f(f(X[unit]! - f(V[unit]! - rest)) / tau)
  else for (let unit = 0; unit < width; unit++) H[unit] = V[unit]! + f(f(X[unit]! - f(V[unit]! - rest)) * decay)
}

function fire(threshold: number, H: Float32Array, S: Float32Array): void {
  for (let unit = 0; unit < H.length; unit++) S[unit] = Number(H[unit]! >= threshold)
}

/** V from H and S. With S exactly 0 or 1 the products are exact. */
function reset(neuron: Neuron, H: Float32Array, S: Float32Array, V: Float32Array): void {
  const rest = f(neuron.resetTo)
  const threshold = f(neuron.threshold)
  const width = H.length
  if (neuron.reset === 'zero')
    for (let unit = 0; unit < width; unit++) V[unit] = H[unit]! * (1 - S[unit]!) + rest * S[unit]!
  else for (let unit = 0; unit < width; unit++) V[unit] = H[unit]! - threshold * S[unit]!
}

/** gH's part that comes from the next step through the reset. */
function resetBackward(
  neuron: Neuron,
  H: Float32Array,
  S: Float32Array,
  slope: Float32Array,
  toPotential: Float32Array,
  toMembrane: Float32Array,
): void {
  const rest = f(neuron.resetTo)
  const threshold = f(neuron.threshold)
  const width = H.length
  if (neuron.reset === 'zero')
    for (let unit = 0; unit < width; unit++) toMembrane[unit] = toPotential[unit]! * (1 - S[unit]!)
  else toMembrane.set(toPotential)
  if (neuron.detach) return
  for (let unit = 0; unit < width; unit++) {
    const toSpike = neuron.reset === 'zero' ? rest - H[unit]! : -threshold
    toMembrane[unit] = toMembrane[unit]! + f(f(toPotential[unit]! * f(toSpike)) * slope[unit]!)
  }
}

function stepOf(values: Float32Array, step: number, width: number): Float32Array {
  return values.subarray(step * width, (step + 1) * width)
}

function inputOf(values: Float32Array, step: number, extent: NeuronExtent): Float32Array {
  return extent.constantInput ? values : stepOf(values, step, extent.width)
}
