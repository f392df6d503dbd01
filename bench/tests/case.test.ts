import { inferFlow, listPrunable } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { CASES, selectCases } from '../src/case.ts'
import { flagsOf } from '../src/peer/flags.ts'
import { jobOf } from '../src/workload.ts'

const find = (name: string) => CASES.find((of) => of.name === name)!

describe('the cases', () => {
  it('have the names that the acceptance speaks of', () => {
    const setups = ['mlp-b64', 'mlp-b16', 'cifar10net-256-b16', 'cifar10net-64-b32', 'sew-resnet18-b16']
    const tasks = ['compress-25%', 'compress-5%', 'finetune-5%', 'finetune-2%', 'finetune-0.7%']
    const names = setups.flatMap((setup) => [
      ...['dense', ...tasks].map((task) => `${setup}-train-${task}`),
      ...['dense', '2%'].map((task) => `${setup}-infer-${task}`),
    ])
    const swept = ['mlp-b64', 'cifar10net-256-b16', 'cifar10net-64-b32'].flatMap((setup) => [
      `${setup}-train-dense-rate-5%`,
      `${setup}-train-dense-rate-20%`,
    ])
    expect(CASES.map(({ name }) => name).sort()).toEqual([...names, ...swept].sort())
  })

  it('are chosen by an exact name, else by what names begin with', () => {
    const chosen = (...names: string[]) => selectCases(names).cases.map(({ name }) => name)
    expect(chosen()).toEqual(CASES.map(({ name }) => name))
    expect(chosen('mlp-b64-train-dense')).toEqual(['mlp-b64-train-dense'])
    expect(chosen('mlp-b64-train-dense-')).toEqual(['mlp-b64-train-dense-rate-5%', 'mlp-b64-train-dense-rate-20%'])
    expect(chosen('mlp-b16-infer-2%', 'mlp-b16-infer')).toEqual(['mlp-b16-infer-dense', 'mlp-b16-infer-2%'])
    expect(selectCases(['mlp', 'nothing']).unknown).toEqual(['nothing'])
  })

  it('all make a job that compresses all layers but the first', () => {
    for (const { name, workload } of CASES) {
      const { network, compress, dataset } = jobOf(workload)
      expect(inferFlow(network).problem, name).toBeNull()
      expect([network.steps, dataset.batch]).toEqual([workload.steps, workload.batch])
      if (workload.connectivity === 1) expect(compress).toBeNull()
      else {
        expect(compress!.connectivity).toEqual([workload.connectivity])
        expect(compress!.method).toBe(workload.task === 'compress' ? 'minimax' : 'random')
        expect(compress!.protect).toEqual([listPrunable(network, [])[0]!.name])
      }
    }
  })

  it('run the same networks as the peer does', () => {
    // Parameters as the peer counts them: 36,718,336 of cifar10net at width 256.
    const weights = (name: string) =>
      listPrunable(jobOf(find(name).workload).network, []).reduce((sum, layer) => sum + layer.weights, 0)
    expect(weights('mlp-b64-train-dense')).toBe(784 * 800 + 800 * 10)
    const norms = 6 * 2 * 256
    expect(weights('cifar10net-256-b16-train-dense') + norms).toBe(36_718_336)
  })
})

describe('the flags of the peer', () => {
  it('say the same as the workload', () => {
    expect(flagsOf(find('cifar10net-256-b16-train-finetune-0.7%').workload, 'compiled', 2)).toEqual(
      '--net cifar10net --batch 16 --steps 8 --threads 2 --hoist --width 256 --compile --connectivity 0.007'.split(' '),
    )
    expect(flagsOf(find('sew-resnet18-b16-train-dense').workload, 'eager', 4)).toEqual(
      '--net sew-resnet18 --batch 16 --steps 4 --threads 4 --hoist'.split(' '),
    )
  })

  it('leave inference dense, since the peer has no other', () => {
    expect(flagsOf(find('mlp-b64-infer-2%').workload, 'eager', 2)).not.toContain('--connectivity')
  })
})
