import type { Amount } from '../check/layers.ts'
import { checkLimits } from '../check/quantity.ts'
import type { Report } from '../check/report.ts'
import type { Label } from '../diagnostic.ts'
import { LAYERS } from '../schema/network.ts'
import type { NumberType } from '../schema/type.ts'
import { formatNumber } from '../schema/unit.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import { type Frame, numbersIn, placeIn } from './frame.ts'
import { hasFailed } from './settle.ts'

/** What a product of a network's numbers comes to; `null` where one of them is not known. */
export function evaluate(amount: Amount, frame: Frame, report: Report): number | null {
  if (typeof amount === 'number') return amount
  const factors = amount.factors.map((factor) => {
    if (typeof factor === 'number') return factor
    const { name, span } = factor
    const names = numbersIn(frame)
    if (names.includes(name)) return frame.values[name] as number
    if (!hasFailed(frame.component, name))
      report(wording.unknownNumber(placeIn(frame, span).span, name, frame.name, names))
    return null
  })
  return factors.includes(null) ? null : factors.reduce<number>((product, factor) => product * factor!, 1)
}

/** The number for a parameter of a layer, within its limits; what is written as a number was checked before. */
export function evaluateParameter(
  amount: Amount,
  layer: string,
  parameter: string,
  frame: Frame,
  report: Report,
): number | null {
  const value = evaluate(amount, frame, report)
  if (typeof amount === 'number' || value === null) return value
  const { limits } = LAYERS[layer].parameters[parameter].type as NumberType
  const { library } = placeIn(frame, amount.span)
  const at = originOf(amount, frame)
  const said: Report = (problem) => {
    const message = problem.message + wording.ofLibrary(library)
    report({ ...problem, message, label: `this is ${formatNumber(value)}`, causes: origins(amount, frame, at) })
  }
  return checkLimits(value, at, 'number', limits, parameter, said) ?? null
}

/** Where the numbers of an amount got their values, other than at `at`. */
function origins({ factors }: Exclude<Amount, number>, { values, spans }: Frame, at: Span): Label[] {
  return factors.flatMap((factor) => {
    const span = typeof factor === 'number' ? undefined : spans[factor.name]
    if (typeof factor === 'number' || span === undefined || span === at) return []
    return [{ span, text: `\`${factor.name}\` is ${formatNumber(values[factor.name] as number)}` }]
  })
}

/** Where the user can change what an amount comes to: where it is written, else where its first number got its value. */
export function originOf(amount: Exclude<Amount, number>, frame: Frame): Span {
  if (frame.inText) return amount.span
  const names = amount.factors.flatMap((factor) => (typeof factor === 'number' ? [] : [factor.name]))
  return names.flatMap((name) => frame.spans[name] ?? [])[0] ?? frame.at
}
