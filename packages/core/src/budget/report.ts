import { type BudgetResult, measureResource, nodeOfPoint, type ResultNode } from '@snnx/ir'
import type { RunState } from '../state.ts'
import type { StageContext } from '../train.ts'
import { limitAt } from './create.ts'
import { readBudgets } from './keep.ts'

/** What became of each bound at a node, for its record: what is only checked counts as modelled as it was measured. */
export function reportBudgets(context: StageContext, state: RunState, point: ResultNode): { budgets?: BudgetResult[] } {
  const { session, stage } = context
  const { compress } = session.job
  if (!compress?.bounds || stage.node === null) return {}
  const index = nodeOfPoint(compress, stage.node)
  const terms = state.progress.budgets?.terms ?? { dense: {}, ratio: {} }
  const modelled = new Map(readBudgets(context, state).map(({ resource, value }) => [resource, value]))
  const budgets = compress.bounds.flatMap((bound): BudgetResult[] => {
    const limit = limitAt(bound, index, terms)
    if (limit === null) return []
    const measured = measureResource(bound.resource, point, session.job)
    return [{ resource: bound.resource, bound: limit, modelled: modelled.get(bound.resource) ?? measured, measured }]
  })
  return budgets.length > 0 ? { budgets } : {}
}
