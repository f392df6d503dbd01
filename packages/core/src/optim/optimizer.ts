import type { Optimizer } from '@snnx/ir'
import { add, div, mul, scalar, sqrt, square, sub, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { disposeTensors, type Tensors } from '../parameters.ts'

/** Step count and moments, by parameter name and moment (`linear1.weight` -> m, v). */
export interface OptimizerState {
  step: number
  moments: Record<'first' | 'second', Tensors>
}

/** The state before the first step: moments are zero. */
export function initialiseOptimizer(parameters: Tensors): OptimizerState {
  const zeros = () => new Map([...parameters].map(([name, value]) => [name, zerosLike(value)]))
  return { step: 0, moments: { first: zeros(), second: zeros() } }
}

/**
 * One step of descent: replaces every parameter and moment by its successor and disposes the old one.
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
  const { first, second } = state.moments
  for (const [name, value] of parameters) {
    const [next, m, v] = tidy(() =>
      optimizer.kind === 'adam'
        ? stepAdam(optimizer, lr, state.step, value, gradients.get(name)!, first.get(name)!, second.get(name)!)
        : stepSgd(optimizer.momentum, lr, value, gradients.get(name)!, first.get(name)!, second.get(name)!),
    )
    disposeTensors([
      [name, value],
      [name, first.get(name)!],
      [name, second.get(name)!],
    ])
    parameters.set(name, next)
    first.set(name, m)
    second.set(name, v)
  }
}

/** Zeroes the moments of masked weights, which would otherwise move them after their gradient is gone. */
export function maskMoments(state: OptimizerState, masks: Tensors): void {
  for (const moments of [state.moments.first, state.moments.second]) {
    for (const [name, mask] of masks) {
      const held = moments.get(name)!
      moments.set(name, mul(held, mask))
      held.dispose()
    }
  }
}

type Step = [value: Tensor, first: Tensor, second: Tensor]

function stepAdam(
  { beta1, beta2, epsilon }: Extract<Optimizer, { kind: 'adam' }>,
  lr: number,
  step: number,
  value: Tensor,
  gradient: Tensor,
  first: Tensor,
  second: Tensor,
): Step {
  const m = add(mul(first, beta1), mul(gradient, 1 - beta1))
  const v = add(mul(second, beta2), mul(square(gradient), 1 - beta2))
  const scale = Math.sqrt(1 - beta2 ** step)
  const rate = (lr * scale) / (1 - beta1 ** step)
  return [sub(value, mul(div(m, add(sqrt(v), scalar(epsilon * scale))), rate)), m, v]
}

function stepSgd(momentum: number, lr: number, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor): Step {
  const m = add(mul(first, momentum), gradient)
  return [sub(value, mul(m, lr)), m, second.clone()]
}
