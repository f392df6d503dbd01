import type { Layer } from '@snnx/ir'
import type { LayerItem } from '../check/layers.ts'
import type { Report } from '../check/report.ts'
import { findLayer, layerNames, type Scope } from '../check/scope.ts'
import { MAX_DEPTH, MAX_LAYERS } from '../limits.ts'
import * as wording from '../wording.ts'
import { evaluateParameter } from './amount.ts'
import type { Assignment } from './assignment.ts'
import { type Frame, type Place, placeIn } from './frame.ts'
import { lowerLayer } from './layer.ts'
import { type Clock, lowerNeuron, STAND_IN } from './neuron.ts'
import { checkPart, enterPart } from './part.ts'

/** Layers in the order of data flow; not `sound` when they can be counted but something was reported. */
export interface Unfolded {
  layers: Layer[]
  places: ReadonlyMap<Layer, Place>
  sound: boolean
}

/**
 * Lays a network out: repeats what is repeated, puts in the networks that are layers, finds the neurons, and names the
 * layers by kind or neuron and ordinal (`conv1`, `cell1`, ...), a block's body before its shortcut.
 * @returns `null` when something was reported that leaves a gap among the layers
 */
export function unfold(
  items: readonly LayerItem[],
  frame: Frame,
  clock: Clock,
  assignment: Assignment,
  scope: Scope,
  report: Report,
): Unfolded | null {
  const unfolding = new Unfolding(clock, assignment, scope, report)
  const layers = unfolding.row(items, frame)
  return layers === null ? null : { layers, places: unfolding.places, sound: unfolding.sound }
}

class Unfolding {
  readonly places = new Map<Layer, Place>()
  sound = true
  #depth = 0
  #visited = 0
  #stopped = false
  readonly #taken = new Set<string>()
  readonly #clock: Clock
  readonly #assignment: Assignment
  readonly #scope: Scope
  readonly #report: Report

  constructor(clock: Clock, assignment: Assignment, scope: Scope, report: Report) {
    this.#clock = clock
    this.#assignment = assignment
    this.#scope = scope
    this.#report = report
  }

  /** The layers of a row; `null` where one is missing, after all that can be said of the others was said. */
  row(items: readonly LayerItem[], frame: Frame): Layer[] | null {
    const layers: Layer[] = []
    let whole = true
    this.#depth++
    for (const item of items) {
      const made = this.#admits(item, frame) ? this.#unfoldItem(item, frame) : null
      if (made === null) whole = false
      else layers.push(...made)
      if (this.#stopped) break
    }
    this.#depth--
    return whole ? layers : null
  }

  /** Repetitions and parts multiply, so the limits are held while they do, whether or not what they make is in order. */
  #admits(item: LayerItem, frame: Frame): boolean {
    const { span } = placeIn(frame, item.span)
    const tooMany = ++this.#visited > MAX_LAYERS
    this.#stopped = tooMany || this.#depth > MAX_DEPTH
    if (this.#stopped)
      this.#report(tooMany ? wording.tooManyLayers(span, MAX_LAYERS) : wording.layersTooDeep(span, MAX_DEPTH))
    return !this.#stopped
  }

  #unfoldItem(item: LayerItem, frame: Frame): Layer[] | null {
    switch (item.kind) {
      case 'failed':
        return null
      case 'repeat':
        return this.#repeat(item, frame)
      case 'reference':
        return this.#refer(item, frame)
      case 'residual': {
        const [body, shortcut] = [this.row(item.body, frame), this.row(item.shortcut, frame)]
        return body === null || shortcut === null ? null : this.#put({ kind: 'residual', body, shortcut }, item, frame)
      }
    }
    const layer = lowerLayer(item, frame, (stem) => this.#name(stem), this.#report)
    return layer === null ? null : this.#put(layer, item, frame)
  }

  #repeat({ times, body }: Extract<LayerItem, { kind: 'repeat' }>, frame: Frame): Layer[] | null {
    const rounds = evaluateParameter(times, 'repeat', 'times', frame, this.#report)
    const layers: Layer[] = []
    for (let round = 0; round < (rounds ?? 0); round++) {
      const made = this.row(body, frame)
      if (made === null) return null
      layers.push(...made)
    }
    return rounds === null ? null : layers
  }

  #refer(item: Extract<LayerItem, { kind: 'reference' }>, frame: Frame): Layer[] | null {
    const { span } = placeIn(frame, item.span)
    const component = findLayer(this.#scope, item.name, frame.author)
    if (component === undefined) {
      const word = placeIn(frame, { start: item.span.start, end: item.span.start + item.name.length }).span
      if (!this.#scope.uncertain)
        this.#report(wording.unknownLayerKind(word, item.name, layerNames(this.#scope, frame.author)))
      return null
    }
    if (component.kind === 'network') {
      const part = enterPart(component, item, frame, this.#assignment, this.#scope, this.#report)
      const layers = part === null ? null : this.row(part.items, part.frame)
      if (part === null || layers === null) return null
      if (!checkPart(part, this.#report) || !part.sound) this.sound = false
      return layers
    }
    const [surplus] = item.given
    if (surplus !== undefined) {
      this.#report(wording.unnamedArgument({ span: placeIn(frame, surplus.span).span }, item.name, [], true))
      return null
    }
    const neuron = lowerNeuron(component, span, this.#clock, this.#assignment, this.#scope, this.#report)
    if (neuron === null) this.sound = false
    return this.#put({ kind: 'neuron', name: this.#name(item.name), neuron: neuron ?? STAND_IN }, item, frame)
  }

  #put(layer: Layer, item: LayerItem, frame: Frame): Layer[] {
    this.places.set(layer, placeIn(frame, item.span))
    return [layer]
  }

  #name(stem: string): string {
    let ordinal = 1
    while (this.#taken.has(`${stem}${ordinal}`)) ordinal++
    this.#taken.add(`${stem}${ordinal}`)
    return `${stem}${ordinal}`
  }
}
