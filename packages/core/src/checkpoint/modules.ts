import { count } from '@snnx/ir'
import type { StoredTensor } from './safetensors.ts'

/** What a module of a network is, by its tensors. */
export type Kind = 'conv' | 'linear' | 'norm' | 'neuron'

/** A tensor under its whole name. */
export interface NamedShape {
  name: string
  shape: number[]
}

/** A module of a torch network: its tensors by their last names, `weight`, `bias`, `running_mean`, ... */
export interface Module {
  name: string
  kind: Kind
  tensors: Map<string, NamedShape>
}

/** The modules of a file of weights. */
export interface Modules {
  /** In the natural order of their names. */
  modules: Module[]
  /** Names of constants that neurons keep beside their weights, such as snnTorch's `threshold`. */
  unused: string[]
  /** Tensors of modules that no network here has. */
  strange: NamedShape[]
}

/**
 * Sorts tensors into the modules that they belong to. A safetensors file keeps no order: its writers sort names as texts,
 * so modules are put back into the natural order of their names, numbers by their size.
 */
export function listModules(tensors: ReadonlyMap<string, StoredTensor>): Modules {
  const groups = new Map<string, Map<string, NamedShape>>()
  for (const [name, { shape }] of [...tensors].sort(([one], [other]) => compareNames(one, other))) {
    const dot = name.lastIndexOf('.')
    const [owner, last] = [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)]
    // A count of batches, which changes nothing at torch's usual momentum.
    if (last === 'num_batches_tracked') continue
    const group = groups.get(owner) ?? new Map<string, NamedShape>()
    groups.set(owner, group.set(last, { name, shape }))
  }
  const listed: Modules = { modules: [], unused: [], strange: [] }
  // By their own names: `a.1.weight` may come before `a.weight`, but `a` comes before `a.1`.
  for (const [name, group] of [...groups].sort(([one], [other]) => compareNames(one, other))) {
    const kind = kindOf(group)
    const members = [...group.values()]
    if (kind !== null) listed.modules.push({ name, kind, tensors: group })
    else if (members.every(({ shape }) => count(shape) === 1))
      listed.unused.push(...members.map((member) => member.name))
    else listed.strange.push(...members)
  }
  return listed
}

/** SpikingJelly's PLIF keeps one number, `w`, with 1/tau = sigmoid(w). */
function kindOf(group: ReadonlyMap<string, NamedShape>): Kind | null {
  if (group.has('running_mean')) return 'norm'
  const rank = group.get('weight')?.shape.length
  if (rank === 4) return 'conv'
  if (rank === 2) return 'linear'
  const w = group.get('w')
  return w && count(w.shape) === 1 ? 'neuron' : null
}

/** Orders names as texts, but the numbers in them by their size. */
export function compareNames(one: string, other: string): number {
  const [left, right] = [one, other].map((name) => name.split(/(\d+)/)) as [string[], string[]]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [a, b] = [left[at]!, right[at]!]
    const difference = at % 2 === 1 ? Number(a) - Number(b) : a < b ? -1 : Number(a > b)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
