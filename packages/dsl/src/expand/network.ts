import { count, inferFlow, type Network, type ShapeProblem } from '@snnx/ir'
import type { Component } from '../check/component.ts'
import type { LayerItem } from '../check/layers.ts'
import type { Report } from '../check/report.ts'
import type { Scope } from '../check/scope.ts'
import * as wording from '../wording.ts'
import type { Assignment } from './assignment.ts'
import type { Frame } from './frame.ts'
import type { DataFacts } from './lower.ts'
import type { Settled } from './settle.ts'
import { type Unfolded, unfold } from './unfold.ts'

/** A network whose shapes fit; not `sound` when it can be counted but something in it was reported. */
export interface LoweredNetwork {
  network: Network
  sound: boolean
  /** Where each layer is written. */
  places: Unfolded['places']
}

/**
 * Puts a network together for a data set and checks every shape.
 * @param facts those of the data set; `undefined` where it is not known, so that only what else is wrong can be said
 */
export function lowerNetwork(
  component: Component,
  { values, spans, authors, complete }: Settled,
  facts: DataFacts | undefined,
  assignment: Assignment,
  scope: Scope,
  report: Report,
): LoweredNetwork | null {
  const items = values.layers as unknown as LayerItem[] | undefined
  if (items === undefined) return null
  const { block } = component
  // Layers that come from `std/` have no place in the user's text: what is wrong with them is said at the block.
  const name = block.name?.text ?? block.base?.text ?? 'network'
  const inText = spans.layers !== undefined
  const author = authors.layers ?? component
  const frame: Frame = { component, author, name, values, spans, inText, at: block.head, outer: null }
  const clock = { head: block.head, dt: values.dt as number | undefined }
  const unfolded = unfold(items, frame, clock, assignment, scope, report)
  if (unfolded === null || facts === undefined) return null
  const network: Network = {
    name,
    steps: (values.steps ?? 1) as number,
    input: [...facts.shape],
    ...(facts.events && { changing: true }),
    classes: facts.classes,
    layers: unfolded.layers,
  }
  const { problem, flows } = inferFlow(network)
  if (problem === null) return { network, sound: complete && unfolded.sound, places: unfolded.places }
  reportShape(problem, flows, network, unfolded, report)
  return null
}

/** Says which layer does not fit, and which one gives the shape that it does not fit. */
function reportShape(
  { layer, input, reason }: ShapeProblem,
  flows: ReturnType<typeof inferFlow>['flows'],
  network: Network,
  { places }: Unfolded,
  report: Report,
): void {
  const place = places.get(layer)!
  // What stands last fails for its shape only where the data set has another number of classes.
  const takesAll = ['neuron', 'flatten', 'dropout', 'residual'].includes(layer.kind)
  const afterReadout = flows.at(-1)?.layer.kind === 'rate'
  const isShape = layer.kind === 'rate' ? count(input) !== network.classes : !takesAll && !afterReadout
  const giver = flows.find(({ output }) => output === input)?.layer
  const source = giver === undefined ? undefined : places.get(giver)
  report(
    wording.shapeProblem(place, reason, {
      input: isShape ? input : null,
      source:
        isShape && source?.library === null && source.span !== place.span ? { span: source.span, shape: input } : null,
      trail: isShape ? trailOf(flows, network.input) : [],
      branches: layer.kind === 'residual' ? layer.shortcut.length : null,
      groups: layer.kind === 'vote' && input.length === 1 ? layer.classes : null,
    }),
  )
}

/** So many shapes say enough of where one comes from. */
const MOST_SHAPES = 8

/** The last shapes that flowed, each with the layer that gave it; what came before is left out. */
function trailOf(flows: ReturnType<typeof inferFlow>['flows'], input: readonly number[]) {
  const steps = [
    { name: 'data', shape: input },
    ...flows.map(({ layer, output }) => ({ name: 'name' in layer ? layer.name : layer.kind, shape: output })),
  ]
  return steps.length <= MOST_SHAPES ? steps : [{ name: '...', shape: [] }, ...steps.slice(-MOST_SHAPES)]
}
