import { nearest } from '../nearest.ts'
import { basesWith, isFact, keysOf } from '../schema/schema.ts'
import type { Rule } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Setting, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { isFigure } from './address.ts'
import { type CheckedCondition, type Component, rootBase } from './component.ts'
import { admitsBase, checkCondition } from './condition.ts'
import { NAME } from './declare.ts'
import { lookUp, type Report } from './report.ts'
import { findComponent, type Scope } from './scope.ts'
import { type SweepPlan, sweptBases } from './sweep.ts'
import { isNumber, numbersOf, ruleOf } from './uses.ts'
import { checkBounds, checkValue } from './value.ts'

/** Checks what is written in a component, for every base that it can have. */
export function checkEntries(component: Component, scope: Scope, plan: SweepPlan, report: Report): void {
  const visit = (statements: readonly Statement[], conditions: CheckedCondition[]) => {
    const first = new Map<string, Span>()
    for (const statement of statements) {
      switch (statement.node) {
        case 'setting': {
          const key = statement.path.text
          const earlier = first.get(key)
          if (earlier !== undefined) report(wording.duplicateKey(statement.path.span, key, earlier))
          else checkEntry(component, statement, conditions, scope, plan, report)
          first.set(key, earlier ?? statement.path.span)
          break
        }
        case 'when': {
          const condition = checkCondition(statement.condition, scope, report)
          if (condition === null) break
          plan.conditions.push(condition)
          visit(statement.statements, [...conditions, condition])
          break
        }
        case 'broken':
          if (statement.name !== null) component.failed.add(statement.name)
          break
        case 'sweep':
          report(wording.misplaced(statement.span, 'a sweep', 'in the block `sweep { ... }`'))
          break
        case 'block':
          report(wording.misplaced(statement.head, `\`${statement.kind.text}\``, 'directly in `experiment`'))
          break
        default:
          report(
            wording.misplaced(
              statement.span,
              'this statement',
              statement.node === 'require' ? 'in the block `sweep { ... }`' : 'at the top of the file',
            ),
          )
      }
    }
  }
  visit(component.block.statements, [])
}

function checkEntry(
  component: Component,
  statement: Setting,
  conditions: CheckedCondition[],
  scope: Scope,
  plan: SweepPlan,
  report: Report,
): void {
  const key = statement.path.text
  component.failed.add(key)
  const rule = findRule(component, statement, plan, report)
  if (rule === null || !allowKey(component, key, statement.path.span, conditions, scope, plan, report)) return
  const [value, ...further] = statement.values
  if (further.length > 0 && rule.type.takes !== 'bounds') {
    report(wording.onlyBoundsWalk(further[0].span, key))
    return
  }
  const checked =
    rule.type.takes === 'bounds'
      ? checkBounds(statement.values, rule.type, key, report)
      : checkValue(value, rule.type, key, report)
  if (checked === undefined) return
  component.failed.delete(key)
  component.entries.push({ key, value: checked, span: value.span, conditions })
}

/** The key of a block that takes a form with a parameter of this name. */
function ownerOf({ rule }: Component, parameter: string): { key: string; form: string } | null {
  for (const [key, { type }] of Object.entries(rule.keys)) {
    if (type.takes !== 'variant') continue
    for (const [form, { parameters }] of Object.entries(type.options))
      if (Object.hasOwn(parameters, parameter)) return { key, form }
  }
  return null
}

/** The rule of the key that is written, with the sign that it takes; `null` when something was reported. */
function findRule(component: Component, { path, operator }: Setting, plan: SweepPlan, report: Report): Rule | null {
  const key = path.text
  const rule = ruleOf(component, key)
  const takesBound = rule?.bound === true
  if (rule === undefined) {
    const bases = [rootBase(component), ...sweptBases(component, plan)]
    const onFormat = component.parent === null
    const own = bases.flatMap((base) =>
      Object.keys(keysOf(component.rule, base)).filter((name) => onFormat || !isFact(component.rule, base, name)),
    )
    const keys = [...new Set([...own, ...numbersOf(component)])]
    // The key that was meant does not seem missing.
    const meant = nearest(key, keys)
    if (meant !== null) component.failed.add(meant)
    report(wording.unknownKey(path.span, key, component.kind, keys, meant === null ? ownerOf(component, key) : null))
    return null
  }
  if (isFigure({ component, key })) {
    report(wording.takenName(path.span, key))
    return null
  }
  if (!NAME.test(key)) {
    report(wording.badName(path.span, key))
    return null
  }
  if (operator.text === (takesBound ? '<=' : '=')) return rule
  report(wording.wrongOperator(operator, key, takesBound))
  return null
}

/** Whether all bases that the component can have under these conditions have the key; reports it when not. */
export function allowKey(
  component: Component,
  key: string,
  span: Span,
  conditions: CheckedCondition[],
  scope: Scope,
  plan: SweepPlan,
  report: Report,
): boolean {
  if (Object.hasOwn(component.rule.keys, key)) return true
  const bases = sweptBases(component, plan).filter((base) => admitsBase(conditions, component, base))
  // What stands on a format itself says what the data are; what is built on that takes them as they are.
  const built = bases.filter((base) => !Object.hasOwn(component.rule.bases ?? {}, base))
  const fixed = built.find((base) => isFact(component.rule, rootOf(component, base, scope), key))
  if (fixed !== undefined) {
    report(wording.factChanged(span, key, fixed))
    return false
  }
  const having = bases.filter((base) => hasKey(component, base, key, scope) === true)
  const lacking = bases.filter((base) => hasKey(component, base, key, scope) === false)
  if (lacking.length === 0) return true
  if (lacking.length === bases.length) {
    const root = rootOf(component, lacking[0], scope)
    const keys = Object.keys(keysOf(component.rule, root)).filter((name) => !isFact(component.rule, root, name))
    const elsewhere = isNumber(component, key) ? [component.block.base!.text] : basesHaving(component, key, scope)
    report(wording.foreignKey(span, key, lacking[0], elsewhere, keys))
  } else report(wording.needsWhen(span, key, component.address, lacking, having))
  return false
}

/** Whether a component on this base has a key that not all have; `null` where the base is unknown, which was reported. */
function hasKey(component: Component, base: string, key: string, scope: Scope): boolean | null {
  if (component.kind === 'network') {
    const parent = findComponent(scope, 'network', base, component)
    return component.uses.numbers.has(key) || (parent === undefined ? null : isNumber(parent, key))
  }
  const root = rootOf(component, base, scope)
  return root === null ? null : basesWith(component.rule, key).includes(root)
}

/** What can be written as a base to have a key: a base of the language, or where that is sealed, what `std/` builds on it. */
function basesHaving({ rule, kind }: Component, key: string, scope: Scope): string[] {
  return basesWith(rule, key).flatMap((base) => {
    if (!rule.bases![base].sealed) return [base]
    const standing = scope.prelude.filter((other) => other.kind === kind && rootBase(other) === base)
    return standing.map(({ address }) => address)
  })
}

/** The language's own base behind a base name; `null` when unknown. */
export function rootOf(component: Component, base: string, scope: Scope): string | null {
  if (component.rule.bases === null || lookUp(component.rule.bases, base) !== undefined) return base
  const parent = findComponent(scope, component.kind, base, component)
  return parent === undefined ? null : rootBase(parent)
}
