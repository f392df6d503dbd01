import { apportion, type CompressOf } from '@snnx/ir'
import { areMet } from '../budget/budget.ts'
import { priceFactors } from '../budget/price.ts'
import { findRemoved } from '../budget/tighten.ts'
import { type Constraint, type Group, leastOf, listConstraints } from '../minimax/constraint.ts'
import { ascendDual } from '../minimax/dual.ts'
import { excessOf } from '../minimax/lagrangian.ts'
import { shrinkMasked } from '../minimax/proximal.ts'
import { stepSparsity } from '../minimax/sparsity.ts'
import { readDual, readGroups, relativeEnergy, writeDual, writeGroup } from '../minimax/state.ts'
import type { Tensors } from '../parameters.ts'
import type { Trainee } from '../trainee.ts'
import { replaceMasks, selectPriced, updateMasked } from './selection.ts'
import type { NodeContext, Progressive, StrategyState, Trace } from './strategy.ts'

/**
 * Minimax compression (Chen et al., ACM MM 2023) in scale-free form, see `lagrangian.ts`. After the optimiser's step on W:
 * s descends and the duals ascend by what the last selection found, then one selection of the ceil(s) lowest scores
 * gives the proximal shrink and the mask of the next forward pass. So the mask always holds exactly ceil(s) zeros, and one
 * O(n) selection a step is enough (decision 0002). Once s has met the bounds it follows the tightest of them, and weights
 * compete for the places that are left until the span ends, where s is set to the bounds.
 */
export function minimax(options: Pick<CompressOf<'minimax'>, 'mask' | 'rates' | 'scope' | 'score'>): Progressive {
  const { mask, rates, scope, score } = options
  const select = (trainee: Trainee, context: NodeContext, groups: readonly Group[], state: StrategyState) => {
    selectGroups(trainee, context, groups, state, factorsOf(trainee, context, groups, state))
  }
  const factorsOf = score === 'magnitude' ? () => null : priceOf
  /** Each group's s at the bounds, in the proportions that were reached: removed weights have kept their values and may return. */
  const settleAtBounds = (trainee: Trainee, context: NodeContext, groups: readonly Group[], state: StrategyState) => {
    const { parameters } = trainee
    const { names, goal, budgets } = context
    const reached = readGroups(state, groups.length).map(({ s }) => s)
    const whole = reached.reduce((sum, s) => sum + s, 0)
    const share = (removed: number) => scaleReached(removed, groups, reached, goal.total)
    if (budgets.length === 0) return share(goal.target)
    const factors = factorsOf(trainee, context, groups, state)
    const select = (removed: number): Tensors => {
      const shares = share(removed)
      return new Map(
        groups.flatMap((of, group) => [...selectGroup(parameters, names, of, shares[group]!, factors).masks]),
      )
    }
    return share(findRemoved(select, goal.total, budgets, leastOf(goal)) ?? Math.ceil(whole))
  }
  return {
    kind: 'progressive',
    begin(trainee, context) {
      const { goal, budgets } = context
      const groups = listGroups(trainee, context, scope)
      const state: StrategyState = { arrived: 0 }
      const starts = shareOut(goal.start, groups, goal.total)
      for (const group of groups.keys()) writeGroup(state, group, { s: starts[group]!, y: 0, threshold: -1 })
      select(trainee, context, groups, state)
      for (const [k, { value }] of budgets.entries()) state[`from${k}`] = value(trainee.masking!.masks)
      for (const { name } of constraintsOf(trainee, context, groups, state)) writeDual(state, name, 0)
      return state
    },
    afterStep(trainee, context, state, step, lr): Trace {
      const { goal } = context
      const groups = listGroups(trainee, context, scope)
      const before = readGroups(state, groups.length)
      const constraints = constraintsOf(trainee, context, groups, state)
      const duals = constraints.map(({ name }) => readDual(state, name))
      const { s, met } = stepSparsity(groups, before, constraints, duals, goal, rates.s, state.arrived! > 0)
      const removed = s.reduce((sum, of) => sum + of, 0)
      for (const [k, { name, excess }] of constraints.entries()) {
        const slope = name === 'connectivity' ? excessOf(goal, removed) : excess
        writeDual(state, name, ascendDual(duals[k]!, slope, rates.z, goal.steps))
      }
      for (const [group, { y, energy }] of before.entries()) {
        writeGroup(state, group, { s: s[group]!, y: ascendDual(y, energy, rates.y, goal.steps) })
      }
      select(trainee, context, groups, state)
      const after = readGroups(state, groups.length)
      for (const [group, { layers }] of groups.entries()) {
        const { y } = after[group]!
        updateMasked(trainee, namesOf(layers, context.names), (weight, zeroes) =>
          shrinkMasked(weight, zeroes, lr, y, mask === 'hard'),
        )
      }
      if (!state.arrived && met) state.arrived = step
      return traceOf(context, groups, constraints, state)
    },
    settles: true,
    finish(trainee, context, state) {
      const groups = listGroups(trainee, context, scope)
      for (const [group, s] of settleAtBounds(trainee, context, groups, state).entries())
        writeGroup(state, group, { s })
      select(trainee, context, groups, state)
      return { arrived: areMet(context.budgets, trainee.masking!.masks) && state.arrived ? state.arrived : null }
    },
    ...(score !== 'magnitude' && {
      price: (trainee: Trainee, context: NodeContext, state: StrategyState) =>
        priceOf(trainee, context, listGroups(trainee, context, scope), state),
    }),
  }
}

/** All weights together, or those of each layer. */
function listGroups(trainee: Trainee, context: NodeContext, scope: 'global' | 'layerwise'): Group[] {
  const sizes = sizesOf(trainee, context)
  if (scope === 'layerwise') return sizes.map((total, layer) => ({ layers: [layer], total }))
  return [{ layers: [...sizes.keys()], total: context.goal.total }]
}

/** Whole numbers in proportion to the groups' sizes. */
function shareOut(whole: number, groups: readonly Group[], total: number): number[] {
  return apportion(
    whole,
    groups.map((group) => (whole * group.total) / total),
  )
}

/** Each group's s when so many weights are removed in all: as reached, but for a share that returns or goes everywhere. */
function scaleReached(removed: number, groups: readonly Group[], reached: readonly number[], total: number): number[] {
  const whole = reached.reduce((sum, s) => sum + s, 0)
  if (whole === 0) return shareOut(removed, groups, total)
  if (removed <= whole)
    return apportion(
      removed,
      reached.map((s) => (s * removed) / whole),
    )
  const left = (total - removed) / (total - whole)
  return apportion(
    removed,
    groups.map((group, index) => group.total - (group.total - reached[index]!) * left),
  )
}

function namesOf(layers: readonly number[], names: readonly string[]): string[] {
  return layers.map((layer) => names[layer]!)
}

/** Masks the s lowest scores of a group; factors are those of all layers. */
function selectGroup(
  parameters: Tensors,
  names: readonly string[],
  { layers }: Group,
  s: number,
  factors: readonly Float32Array[] | null,
  guess?: number,
) {
  const own = factors && layers.map((layer) => factors[layer]!)
  return selectPriced(parameters, namesOf(layers, names), s, own, guess)
}

/** Selects each group's lowest scores at its s, installs the masks, and keeps what was found. */
function selectGroups(
  trainee: Trainee,
  context: NodeContext,
  groups: readonly Group[],
  state: StrategyState,
  factors: readonly Float32Array[] | null,
): void {
  const variables = readGroups(state, groups.length)
  const masks = groups.flatMap((of, group) => {
    const { s, threshold } = variables[group]!
    const selected = selectGroup(trainee.parameters, context.names, of, Math.ceil(s), factors, threshold)
    writeGroup(state, group, relativeEnergy(selected.bottom))
    return [...selected.masks]
  })
  replaceMasks(trainee, new Map(masks), false)
}

function constraintsOf(
  trainee: Trainee,
  { goal, budgets }: NodeContext,
  groups: readonly Group[],
  state: StrategyState,
): Constraint[] {
  const s = readGroups(state, groups.length).reduce((sum, of) => sum + of.s, 0)
  const from = budgets.map((_, k) => state[`from${k}`] ?? 0)
  return listConstraints(goal, s, budgets, from, trainee.masking!.masks, groups)
}

/** The prices of the weights: each budget counts as much as it pushes. */
function priceOf(
  trainee: Trainee,
  context: NodeContext,
  groups: readonly Group[],
  state: StrategyState,
): Float32Array[] | null {
  const { budgets } = context
  if (budgets.length === 0) return null
  const constraints = trainee.masking ? constraintsOf(trainee, context, groups, state) : []
  const pushOf = (resource: string) => {
    const constraint = constraints.find(({ name }) => name === resource)
    return constraint ? readDual(state, resource) + Math.max(0, constraint.excess) : 0
  }
  return priceFactors(
    budgets,
    { connectivity: pushOf('connectivity'), budgets: budgets.map(({ resource }) => pushOf(resource)) },
    sizesOf(trainee, context),
    budgets[0]!.energies,
  )
}

function sizesOf({ parameters }: Trainee, { names }: NodeContext): number[] {
  return names.map((name) => parameters.get(name)!.size)
}

function traceOf(
  { goal, budgets }: NodeContext,
  groups: readonly Group[],
  constraints: readonly Constraint[],
  state: StrategyState,
): Trace {
  const variables = readGroups(state, groups.length)
  // By the groups' sizes; of a single group, its own.
  const mean = (key: 'y' | 'energy') =>
    variables.reduce((sum, of, group) => sum + of[key] * (groups[group]!.total / goal.total), 0)
  const budgeted = budgets.map(({ resource, limit, aim }) => {
    const { over } = constraints.find(({ name }) => name === resource)!
    return { resource, limit, value: aim + over, z: readDual(state, resource) }
  })
  return {
    s: variables.reduce((sum, { s }) => sum + s, 0),
    y: mean('y'),
    z: constraints.reduce((sum, { name }) => sum + readDual(state, name), 0),
    energy: mean('energy'),
    ...(budgets.length > 0 && { budgets: budgeted }),
    ...(groups.length > 1 && { groups: variables.map(({ s, y }) => ({ s, y })) }),
  }
}
