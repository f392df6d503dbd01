import { costLayers, inferFlow, type LayerCost, type LayerFlow, type Network } from '@snnx/ir'
import type { CheckedExperiment } from '../check/check.ts'
import type { Component } from '../check/component.ts'
import { type Assignment, enumerate } from '../expand/assignment.ts'
import { findFacts } from '../expand/lower.ts'
import { type LoweredNetwork, lowerNetwork } from '../expand/network.ts'
import { hold, type Settled, settle } from '../expand/settle.ts'
import { Work } from '../expand/work.ts'

const ignore = () => {}

/** The experiment under the first assignment of its sweep: what a reader of the text would take it to be. */
export class Preview {
  readonly #checked: CheckedExperiment
  readonly #assignment: Assignment
  #lowered: LoweredNetwork | null | undefined

  constructor(checked: CheckedExperiment) {
    // What the compiler has spent on the text is no limit to what is shown of it.
    const scope = { ...checked.scope, work: new Work() }
    const { plan } = checked
    const first = enumerate(plan.axes, (conditions, chosen) => hold(conditions, chosen, scope), scope.work).next()
    this.#checked = { ...checked, scope }
    this.#assignment = first.done ? new Map() : first.value
  }

  /** The values of the own component at an address, in base units; `null` where there is none. */
  settle(address: string): Settled | null {
    const { scope } = this.#checked
    const component = scope.own.find((own) => own.address === address)
    return component === undefined ? null : this.#settle(component)
  }

  /** How many values an address is swept over. */
  countValues(address: string): number {
    const parameters = this.#checked.plan.axes.flatMap((axis) => axis.parameters)
    return parameters.find((parameter) => parameter.address.text === address)?.points.length ?? 0
  }

  /** The network that is trained; `null` where it is not in order. */
  get network(): LoweredNetwork | null {
    this.#lowered ??= this.#lower()
    return this.#lowered
  }

  /** The layers that are written, or used, at an offset: more than one where they are repeated. */
  layersAt(offset: number): { flows: LayerFlow[]; costs: LayerCost[]; network: Network } | null {
    const lowered = this.network
    if (lowered === null) return null
    const { network, places } = lowered
    const flows = inferFlow(network).flows.filter(({ layer }) => {
      const place = places.get(layer)
      return place !== undefined && (place.span.start === offset || place.use?.start === offset)
    })
    const names = new Set(flows.flatMap(({ layer }) => ('name' in layer ? [layer.name] : [])))
    const costs = costLayers(network).filter(({ name }) => names.has(name))
    return flows.length === 0 ? null : { flows, costs, network }
  }

  /** What each layer with weights costs. */
  costs(): LayerCost[] {
    return this.network === null ? [] : costLayers(this.network.network)
  }

  #lower(): LoweredNetwork | null {
    const { scope, network } = this.#checked
    const dataset = scope.own.find(({ kind }) => kind === 'dataset')
    if (network === null || dataset === undefined) return null
    const facts = findFacts(this.#settle(dataset))
    return lowerNetwork(network, this.#settle(network), facts, this.#assignment, scope, ignore)
  }

  #settle(component: Component): Settled {
    return settle(component, this.#assignment, this.#checked.scope, ignore)
  }
}
