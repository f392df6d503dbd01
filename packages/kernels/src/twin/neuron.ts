import type { Neuron } from '@snnx/ir'
import type { Affine, NeuronExtent } from '../kernels.ts'
import { checkLength, rowsOf, wordsOf } from './lengths.ts'
import { affine as applyAffine, channelSums } from './norm.ts'
import { packSpikes } from './spikes.ts'
import { surrogateGradient } from './surrogate.ts'

// Float32 throughout, rounding where the reference (SpikingJelly) rounds. Each loop does one thing without branches: spikes
// are unpredictable, and a mispredicted branch costs more than the arithmetic (three times, measured).
const f = Math.fround

/** Charge, fire, reset over all steps: see `Kernels.neuronForward`. */
export function neuronForward(
  neuron: Neuron,
  decay: number,
  extent: NeuronExtent,
  x: Float32Array,
  affine: Affine | null,
  bits: Uint32Array,
): number {
  const { steps, width, row } = extent
  checkLength('bits', bits, steps * rowsOf(width, row) * wordsOf(row))
  const input = inputOfAll(extent, x, affine)
  const { spikes } = fireAll(neuron, decay, extent, input)
  packSpikes(spikes, row, bits)
  let count = 0
  for (let unit = 0; unit < spikes.length; unit++) count += spikes[unit]!
  return count
}

/**
 * Backpropagation through time, the step's derivative replaced by the surrogate sg: see `Kernels.neuronBackward`.
 *
 *     gH = gS sg(H - threshold) + gV dV/dH      dV/dH: 1 - S (zero), 1 (subtract)
 *     not detached: gH += gV dV/dS sg           dV/dS: resetTo - H (zero), -threshold (subtract)
 *     gX = gH k,  gV' = gH (1 - k)  with k = 1/tau      (if: gX = gV' = gH)
 *     gk = sum over all of gH (X - (V - resetTo))       (plif)
 */
export function neuronBackward(
  neuron: Neuron,
  decay: number,
  extent: NeuronExtent,
  x: Float32Array,
  affine: Affine | null,
  upstream: Float32Array,
  gradient: Float32Array,
  sums: Float64Array | null,
): number {
  const { steps, width } = extent
  checkLength('upstream', upstream, steps * width)
  checkLength('gradient', gradient, x.length)
  if (sums && !affine) throw new RangeError('sums without an affine map')
  const input = inputOfAll(extent, x, affine)
  const { spikes, membrane } = fireAll(neuron, decay, extent, input)
  const out = new Float32Array(gradient.length)
  const slope = new Float32Array(width)
  const toMembrane = new Float32Array(width)
  const toPotential = new Float32Array(width)
  const potential = new Float32Array(width)
  const inputShare = neuron.model === 'if' ? 1 : decay
  const carryShare = neuron.model === 'if' ? 1 : f(1 - decay)
  let toDecay = 0
  for (let step = steps - 1; step >= 0; step--) {
    const H = stepOf(membrane, step, width)
    const S = stepOf(spikes, step, width)
    surrogateGradient(neuron.surrogate, f(neuron.threshold), H, slope)
    resetBackward(neuron, H, S, slope, toPotential, toMembrane)
    const fromSpikes = stepOf(upstream, step, width)
    const toInput = inputOf(out, step, extent)
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
  if (affine && sums) channelSums(x, out, affine.scale.length, affine.inner, sums)
  gradient.set(out)
  return toDecay
}

/** Spikes and membrane H of all steps, `[steps, width]`. */
function fireAll(neuron: Neuron, decay: number, extent: NeuronExtent, input: Float32Array) {
  const { steps, width } = extent
  const spikes = new Float32Array(steps * width)
  const membrane = new Float32Array(steps * width)
  const potential = new Float32Array(width).fill(neuron.resetTo)
  for (let step = 0; step < steps; step++) {
    const H = stepOf(membrane, step, width)
    const S = stepOf(spikes, step, width)
    charge(neuron, decay, potential, inputOf(input, step, extent), H)
    fire(f(neuron.threshold), H, S)
    reset(neuron, H, S, potential)
  }
  return { spikes, membrane }
}

function inputOfAll(
  { steps, width, constantInput }: NeuronExtent,
  x: Float32Array,
  affine: Affine | null,
): Float32Array {
  checkLength('x', x, constantInput ? width : steps * width)
  if (!affine) return x
  const y = new Float32Array(x.length)
  applyAffine(x, affine, y)
  return y
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
