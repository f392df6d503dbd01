import type { Neuron } from '@snnx/ir'
import type { Component } from '../check/component.ts'
import type { Report } from '../check/report.ts'
import type { Scope } from '../check/scope.ts'
import { DEFAULTS } from '../schema/defaults.ts'
import type { Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import type { Assignment } from './assignment.ts'
import { settle } from './settle.ts'

/** The default neuron, where what was written could not be understood but the shapes can still be checked. */
export const STAND_IN: Neuron = {
  model: 'lif',
  tau: DEFAULTS.neuron.tau,
  threshold: DEFAULTS.neuron.threshold,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: DEFAULTS.neuron.alpha.atan },
}

/** A network as its neurons see it: where it stands, and how long its steps are, if it says so. */
export interface Clock {
  head: Span
  dt: number | undefined
}

/** A neuron that stands at `span`, its times in steps; `null` when it is not in order. */
export function lowerNeuron(
  component: Component,
  span: Span,
  clock: Clock,
  assignment: Assignment,
  scope: Scope,
  report: Report,
): Neuron | null {
  const settled = settle(component, assignment, scope, report)
  if (settled.base === null) return null
  const { reset_to: resetTo, tau = STAND_IN.tau, ...rest } = settled.values
  const steps = inSteps(tau, clock.dt)
  if (steps === null || steps < 1) {
    const place = settled.spans.tau ?? span
    report(steps === null ? wording.needsStepLength(place, clock.head) : wording.shorterThanStep(place, steps))
    return null
  }
  if (settled.base === 'plif' && steps === 1) {
    report(wording.plifForgetsAll(settled.spans.tau ?? span))
    return null
  }
  return settled.complete ? ({ model: settled.base, tau: steps, resetTo, ...rest } as Neuron) : null
}

/** A time in steps; `null` when it is in seconds and the length of a step is not known. */
function inSteps(time: Plain, dt: number | undefined): number | null {
  if (typeof time === 'number') return time
  return dt === undefined ? null : Number(((time as { seconds: number }).seconds / dt).toPrecision(12))
}
