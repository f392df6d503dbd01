import { count, type DatasetFacts, inferFlow, type Layer, type Network, type Neuron } from '@snnx/ir'
import type { Component } from '../check/component.ts'
import type { LayerItem } from '../check/layers.ts'
import type { Report } from '../check/report.ts'
import { findComponent, type Scope } from '../check/scope.ts'
import { LAYERS } from '../schema/network.ts'
import type { Plain } from '../schema/type.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'
import type { Assignment } from './assignment.ts'
import { STAND_IN } from './lower.ts'
import { type Settled, settle } from './settle.ts'

/** A network whose shapes fit; not `sound` when it can be counted but something in it was reported. */
export interface LoweredNetwork {
  network: Network
  sound: boolean
}

/** Puts a network together for a data set: names its layers, finds its neurons and checks every shape. */
export function lowerNetwork(
  component: Component,
  settled: Settled,
  facts: DatasetFacts,
  assignment: Assignment,
  scope: Scope,
  report: Report,
): LoweredNetwork | null {
  const items = settled.values.layers as unknown as LayerItem[] | undefined
  if (items === undefined) return null
  // Layers that come from `std/` have no place in the user's text: what is wrong with them is said at the block.
  const inText = settled.spans.layers !== undefined
  const place = (item: LayerItem) => (inText ? item.span : component.block.head)
  const name = component.block.name?.text ?? component.block.base?.text ?? 'network'
  const named = nameLayers(items)
  let sound = settled.complete
  const layers = items.map((item, index): Layer | null => {
    if (item.kind === 'failed') return null
    if (item.kind === 'linear') return { kind: 'linear', name: named[index], features: item.features, bias: item.bias }
    if (item.kind !== 'reference') return { kind: item.kind }
    const neuron = lowerNeuron(item.name, place(item), component, settled, assignment, scope, report)
    if (neuron === undefined) return null
    if (neuron === null) sound = false
    return { kind: 'neuron', name: named[index], neuron: neuron ?? STAND_IN }
  })
  if (layers.includes(null)) return null
  const { shape, classes } = facts
  const network: Network = {
    name,
    steps: (settled.values.steps ?? 1) as number,
    input: [...shape],
    classes,
    layers: layers as Layer[],
  }
  const { problem, flows } = inferFlow(network)
  if (problem === null) return { network, sound }
  const { index, layer, input, reason } = problem
  const isShape = layer.kind === 'linear' || (layer.kind === 'rate' && count(input) !== classes)
  const source = flows
    .slice(0, index)
    .findLastIndex((flow) => flow.layer.kind === 'linear' || flow.layer.kind === 'flatten')
  report(
    wording.shapeProblem(place(items[index]), reason, {
      input: isShape ? input : null,
      network: inText ? null : name,
      source: isShape && inText && source >= 0 ? { span: items[source].span, shape: flows[source].output } : null,
    }),
  )
  return null
}

/** `linear1`, `cell1`, ...: the kind or the neuron's name and its ordinal, skipping what is taken. */
function nameLayers(items: readonly LayerItem[]): string[] {
  const taken = new Set<string>()
  return items.map((item) => {
    const stem = item.kind === 'reference' ? item.name : item.kind
    let ordinal = 1
    while (taken.has(`${stem}${ordinal}`)) ordinal++
    taken.add(`${stem}${ordinal}`)
    return `${stem}${ordinal}`
  })
}

/** The neuron of a name; `undefined` when there is none, `null` when it is not in order. */
function lowerNeuron(
  name: string,
  span: Span,
  network: Component,
  { values: { dt } }: Settled,
  assignment: Assignment,
  scope: Scope,
  report: Report,
): Neuron | null | undefined {
  const component = findComponent(scope, 'neuron', name)
  if (component === undefined) {
    const neurons = [...scope.own, ...scope.prelude].filter(({ kind }) => kind === 'neuron')
    const known = [...Object.keys(LAYERS), ...neurons.flatMap(({ block }) => block.name?.text ?? [])]
    const isNetwork = findComponent(scope, 'network', name) !== undefined
    if (isNetwork) report(wording.notYet(span, 'a network inside a network'))
    else if (!scope.uncertain) report(wording.unknownLayerKind(span, name, known))
    return undefined
  }
  const settled = settle(component, assignment, scope, report)
  if (settled.base === null) return null
  const { reset_to: resetTo, tau = STAND_IN.tau, ...rest } = settled.values
  const steps = inSteps(tau, dt as number | undefined)
  if (steps === null || steps < 1) {
    const place = settled.spans.tau ?? span
    report(steps === null ? wording.needsStepLength(place, network.block.head) : wording.shorterThanStep(place, steps))
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
