import { costNetwork } from './cost.ts'
import { ENERGY_MODELS, energy } from './energy.ts'
import type { Job } from './job.ts'
import { countStateBytes, type Resource } from './resource.ts'
import type { ResultNode } from './result.ts'

/** What a network took of a resource, by what was counted and timed of it, in base units: bytes, joules, seconds, else a count. */
export function measureResource(
  resource: Resource,
  node: Pick<ResultNode, 'layers' | 'test' | 'latency' | 'weights'>,
  { network, compress }: Pick<Job, 'network' | 'compress'>,
): number {
  const { layers, test, latency, weights } = node
  const sum = (of: (layer: (typeof layers)[number]) => number) => layers.reduce((total, layer) => total + of(layer), 0)
  switch (resource) {
    case 'parameters':
      return costNetwork(network).parameters - sum((layer) => layer.weights - layer.kept)
    case 'size':
      return weights.bytes
    case 'memory':
      return weights.bytes + countStateBytes(network)
    case 'neurons':
      return costNetwork(network).neurons
    case 'synapses':
      return sum((layer) => layer.synapses ?? 0)
    case 'flops':
      return sum((layer) => layer.keptMacs)
    case 'synops':
      return sum((layer) => layer.synops) / test.total
    case 'energy':
      return 1e-12 * energy(operationsOf(node), ENERGY_MODELS[compress?.energy ?? 'fp32'])
    case 'latency':
      return latency.compressed.single.medianMs / 1000
  }
}

/** SynOps per sample, by what each of them is. */
export function operationsOf({ layers, test }: Pick<ResultNode, 'layers' | 'test'>): { macs: number; acs: number } {
  const perSample = (binary: boolean) =>
    layers.reduce((total, layer) => total + (layer.binaryInput === binary ? layer.synops : 0), 0) / test.total
  return { macs: perSample(false), acs: perSample(true) }
}
