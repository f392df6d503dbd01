import { LATER_BOUNDS } from '../schema/compress.ts'
import { anyRule, basesWith, keysOf } from '../schema/schema.ts'
import type { Rule } from '../schema/type.ts'
import type { Span } from '../source.ts'
import type { Setting, Statement } from '../syntax/ast.ts'
import * as wording from '../wording.ts'
import { type CheckedCondition, type Component, rootBase } from './component.ts'
import { admitsBase, checkCondition } from './condition.ts'
import { lookUp, type Report } from './report.ts'
import { findComponent, type Scope } from './scope.ts'
import { type SweepPlan, sweptBases } from './sweep.ts'
import { checkShares, checkValue } from './value.ts'

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
  const rule = findRule(component, statement, report)
  if (rule === null || !allowKey(component, key, statement.path.span, conditions, scope, plan, report)) return
  const [value, ...further] = statement.values
  if (further.length > 0 && rule.type.takes !== 'shares') {
    report(wording.onlyBoundsWalk(further[0].span, key))
    return
  }
  const checked =
    rule.type.takes === 'shares'
      ? checkShares(statement.values, key, report)
      : checkValue(value, rule.type, key, report)
  if (checked === undefined) return
  component.failed.delete(key)
  component.entries.push({ key, value: checked, span: value.span, conditions })
}

/** The rule of the key that is written, with the sign that it takes; `null` when something was reported. */
function findRule(component: Component, { path, operator }: Setting, report: Report): Rule | null {
  const key = path.text
  const rule = anyRule(component.rule, key)
  const takesBound = rule?.bound === true
  if (rule === undefined) {
    const later = component.kind === 'compress' && LATER_BOUNDS.includes(key)
    const keys = Object.keys(keysOf(component.rule, rootBase(component)))
    report(
      later
        ? wording.notYet(path.span, `the bound \`${key}\``)
        : wording.unknownKey(path.span, key, component.kind, keys),
    )
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
  const having = basesWith(component.rule, key)
  if (having.length === 0) return true
  const bases = sweptBases(component, plan).filter((base) => admitsBase(conditions, component, base))
  const rooted = bases.map((base) => ({ base, root: rootOf(component, base, scope) }))
  const lacking = rooted.filter(({ root }) => root !== null && !having.includes(root))
  // A base that is unknown was reported; what it would allow cannot be said.
  if (lacking.length === 0) return true
  const keys = Object.keys(keysOf(component.rule, lacking[0].root))
  if (lacking.length === bases.length) report(wording.foreignKey(span, key, lacking[0].base, having, keys))
  else {
    const fitting = rooted.filter(({ root }) => root !== null && having.includes(root)).map(({ base }) => base)
    report(
      wording.needsWhen(
        span,
        key,
        component.address,
        lacking.map(({ base }) => base),
        fitting,
      ),
    )
  }
  return false
}

/** The language's own base behind a base name; `null` when unknown. */
export function rootOf(component: Component, base: string, scope: Scope): string | null {
  if (component.rule.bases === null || lookUp(component.rule.bases, base) !== undefined) return base
  const parent = findComponent(scope, component.kind, base, component)
  return parent === undefined ? null : rootBase(parent)
}
