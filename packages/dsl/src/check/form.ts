import type { Diagnostic } from '../diagnostic.ts'
import type { Plain, Rule, Variant } from '../schema/type.ts'
import type { Argument, Call } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { lookUp, type Report } from './report.ts'
import { checkValue } from './value.ts'

/** A value with parameters out of several forms: `adam(lr = 1e-3)`. */
export function checkVariant(
  value: Call,
  options: Readonly<Record<string, Variant>>,
  subject: string,
  report: Report,
): Plain | undefined {
  const variant = lookUp(options, value.path.text)
  if (variant !== undefined) return checkForm(value, variant, report)
  report(wording.unknownOption(value.path, subject, Object.keys(options)))
  return undefined
}

/** The form's name as `kind` and its parameters, with their defaults; `undefined` when something was reported. */
export function checkForm(
  call: Call,
  variant: Variant,
  report: Report,
  check = checkValue,
): Record<string, Plain> | undefined {
  let sound = true
  const fail = (problem: Diagnostic) => {
    report(problem)
    sound = false
  }
  const given = matchArguments(call, variant, fail)
  const values: Record<string, Plain> = { kind: call.path.text }
  for (const [name, rule] of Object.entries(variant.parameters)) {
    const argument = given.get(name)
    const value = argument === undefined ? rule.default : check(argument.value, rule.type, name, fail)
    if (value !== undefined) values[name] = value
    // An argument that did not match was reported and may be the one that seems missing.
    else if (argument === undefined && !rule.optional && sound) fail(wording.missingParameter(call, name, rule.type))
  }
  return sound ? values : undefined
}

/** Which argument each parameter got. */
function matchArguments(call: Call, { parameters, positional = 0 }: Variant, fail: Report): Map<string, Argument> {
  const names = Object.keys(parameters)
  const given = new Map<string, Argument>()
  for (const [index, argument] of (call.args ?? []).entries()) {
    const name = argument.name?.text ?? (index < positional ? names[index] : null)
    const first = name === null ? undefined : given.get(name)
    if (name === null) fail(wording.unnamedArgument(argument, call.path.text, names.slice(positional), index === 0))
    else if (lookUp<Rule>(parameters, name) === undefined)
      fail(wording.unknownParameter(argument.name!, call.path.text, names))
    else if (first === undefined) given.set(name, argument)
    else fail(wording.duplicateKey((argument.name ?? argument).span, name, (first.name ?? first).span))
  }
  return given
}
