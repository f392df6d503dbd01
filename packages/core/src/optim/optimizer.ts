import type { Optimizer } from '@snnx/ir'
import {
  add,
  div,
  engine,
  getBackend,
  keep,
  mul,
  type NamedTensorMap,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { makeTensor } from '../backend/memory.ts'
import { ADAM, SGD } from '../kernel/optimise.ts'
import { hasKernel } from '../kernel/register.ts'
import { scaleMasked } from '../mask.ts'
import type { Tensors } from '../parameters.ts'

/** Step count and moments, by parameter name and moment (`linear1.weight` -> m, v). */
export interface OptimizerState {
  step: number
  moments: Record<'first' | 'second', Tensors>
}

/** The state before the first step: moments are zero. */
export function initialiseOptimizer(parameters: Tensors): OptimizerState {
  const clear = (values: Float32Array) => values.fill(0)
  const zeros = () => new Map([...parameters].map(([name, { shape }]) => [name, makeTensor(shape, clear)]))
  return { step: 0, moments: { first: zeros(), second: zeros() } }
}

/**
 * One step of descent: replaces every parameter that has a gradient, and its moments, by its successor and disposes the old
 * one.
 *
 *     adam   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  w -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 *     sgd    m = momentum m + g,  w -= lr m
 */
export function descend(
  optimizer: Optimizer,
  lr: number,
  parameters: Tensors,
  gradients: Tensors,
  state: OptimizerState,
): void {
  state.step++
  for (const [name, gradient] of gradients) descendOne(optimizer, lr, parameters, name, gradient, state)
}

/** The part of one parameter in the step that `state.step` counts; what it makes outlives any `tidy`. */
export function descendOne(
  optimizer: Optimizer,
  lr: number,
  parameters: Tensors,
  name: string,
  gradient: Tensor,
  state: OptimizerState,
): void {
  const { first, second } = state.moments
  const native = hasKernel(ADAM, getBackend())
  const value = parameters.get(name)!
  const moments = [first.get(name)!, second.get(name)!] as const
  const successors = tidy(() => {
    if (optimizer.kind === 'adam') {
      const rate = adamRate(optimizer, lr, state.step)
      return (native ? runAdam : stepAdam)(optimizer, rate, value, gradient, ...moments)
    }
    return (native ? runSgd : stepSgd)(optimizer.momentum, lr, value, gradient, ...moments)
  })
  for (const old of [value, ...moments]) old.dispose()
  const [next, m, v] = successors.map((of) => keep(of)) as Step
  parameters.set(name, next)
  first.set(name, m)
  second.set(name, v)
}

/** Zeroes the moments of masked weights, which would otherwise move them after their gradient is gone. */
export function maskMoments(state: OptimizerState, masks: Tensors): void {
  for (const moments of [state.moments.first, state.moments.second]) {
    for (const [name, mask] of masks) {
      const held = moments.get(name)!
      moments.set(name, scaleMasked(held, mask, 0))
      held.dispose()
    }
  }
}

type Step = [value: Tensor, first: Tensor, second: Tensor]

type Adam = Extract<Optimizer, { kind: 'adam' }>

/** Adam's factors at one step: the corrections of both moments drawn together. */
interface AdamRate {
  rate: number
  epsilon: number
}

function adamRate({ beta1, beta2, epsilon }: Adam, lr: number, step: number): AdamRate {
  const scale = Math.sqrt(1 - beta2 ** step)
  return { rate: (lr * scale) / (1 - beta1 ** step), epsilon: epsilon * scale }
}

function runAdam(
  { beta1, beta2 }: Adam,
  { rate, epsilon }: AdamRate,
  value: Tensor,
  gradient: Tensor,
  first: Tensor,
  second: Tensor,
): Step {
  const inputs: NamedTensorMap = { value, gradient, first, second }
  return engine().runKernel(ADAM, inputs, { beta1, beta2, rate, epsilon }) as Step
}

function runSgd(momentum: number, lr: number, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor): Step {
  const inputs: NamedTensorMap = { value, gradient, first }
  const [next, m] = engine().runKernel(SGD, inputs, { momentum, rate: lr }) as Tensor[]
  return [next!, m!, second.clone()]
}

function stepAdam(
  { beta1, beta2 }: Adam,
  { rate, epsilon }: AdamRate,
  value: Tensor,
  gradient: Tensor,
  first: Tensor,
  second: Tensor,
): Step {
  const m = add(mul(first, beta1), mul(gradient, 1 - beta1))
  const v = add(mul(second, beta2), mul(square(gradient), 1 - beta2))
  return [sub(value, mul(div(m, add(sqrt(v), scalar(epsilon))), rate)), m, v]
}

function stepSgd(momentum: number, lr: number, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor): Step {
  const m = add(mul(first, momentum), gradient)
  return [sub(value, mul(m, lr)), m, second.clone()]
}
