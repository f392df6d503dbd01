import type { EnergyModel } from '@snnx/ir'

/** Two records share a model when all of it is equal, its name and source too. */
export function isSameModel(one: EnergyModel, other: EnergyModel): boolean {
  return identify(one) === identify(other)
}

/** The distinct models, the most used first. */
export function listModels(models: readonly EnergyModel[]): EnergyModel[] {
  const groups = [...Map.groupBy(models, identify)]
  groups.sort(([one, some], [other, others]) => others.length - some.length || one.localeCompare(other))
  return groups.map(([, [model]]) => model!)
}

/** `4.6 pJ per MAC, 0.9 pJ per AC (45 nm, FP32; Horowitz, ISSCC 2014)`. */
export function describeModel({ name, picojoulePerMac, picojoulePerAc, source }: EnergyModel): string {
  return `${picojoulePerMac} pJ per MAC, ${picojoulePerAc} pJ per AC (${name}; ${source})`
}

function identify({ name, picojoulePerMac, picojoulePerAc, source }: EnergyModel): string {
  return JSON.stringify([name, picojoulePerMac, picojoulePerAc, source])
}
