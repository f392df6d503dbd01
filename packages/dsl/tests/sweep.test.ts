import { costNetwork } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jobsOf, plan } from './experiment.ts'

const sweep = (body: string) => `sweep {\n${body}\n}`
const rates = (body: string) =>
  plan({ sweep: sweep(`train.optimizer.lr in ${body}`) }).map(({ job }) => job.train.optimizer.lr)
const steps = (body: string) => plan({ sweep: sweep(`mlp.steps in ${body}`) }).map(({ job }) => job.network.steps)

describe('a sweep', () => {
  it('multiplies, the first parameter varying slowest', () => {
    const jobs = plan({
      sweep: sweep('compress in [minimax, random]\ncell.tau in [2 steps, 3 steps]\nrepeat seed in 0 .. 1'),
    })
    const seen = jobs.map(({ job, variant }) => [job.compress!.method, variant['cell.tau'], job.seed])
    const taus = [2, 3].flatMap((tau) => [0, 1].map((seed) => [tau, seed]))
    expect(seen).toEqual(['minimax', 'random'].flatMap((method) => taus.map(([tau, seed]) => [method, tau, seed])))
    for (const { job, variant } of jobs) {
      const taken = job.network.layers.flatMap((layer) => (layer.kind === 'neuron' ? [layer.neuron.tau] : []))
      expect(taken).toEqual([variant['cell.tau'], variant['cell.tau']])
      expect(Object.keys(variant)).toEqual(['cell.tau'])
    }
  })

  it('walks ranges with both ends: by units, steps, evenly and by equal factors', () => {
    expect(steps('2 .. 5')).toEqual([2, 3, 4, 5])
    expect(steps('2 .. 9 step 3')).toEqual([2, 5, 8])
    expect(steps('2 .. 8 linear 3')).toEqual([2, 5, 8])
    expect(steps('1 .. 100 log 3')).toEqual([1, 10, 100])
    expect(rates('1e-4 .. 1e-2 log 3')).toEqual([1e-4, 1e-3, 1e-2])
    expect(rates('0.1 .. 0.3 step 0.1')).toEqual([0.1, 0.2, 0.3])
  })

  it('a range without a spacing counts in the unit it is written in', () => {
    const shares = plan({ sweep: sweep('dataset.validation in 10 % .. 12 %') })
    expect(shares.map(({ job }) => job.dataset.validation)).toEqual([0.1, 0.11, 0.12])
    const nodes = plan({ sweep: sweep('compress.connectivity in 5 % .. 15 % step 5 %') })
    expect(nodes.map(({ job }) => job.compress!.connectivity)).toEqual([[0.05], [0.1], [0.15]])
  })

  it('ranges are of any quantity, and mean what the same values in a list mean', () => {
    const network = (dt: string) => `network mlp { dt = ${dt}\nlayers = flatten -> linear(10) -> cell -> rate }`
    const same = (replaced: Parameters<typeof plan>[0], address: string, range: string, list: string) => {
      const [one, other] = [range, list].map((domain) => plan({ ...replaced, sweep: sweep(`${address} in ${domain}`) }))
      expect(one.map(({ job }) => job)).toEqual(other.map(({ job }) => job))
      return one.map(({ variant }) => variant[address])
    }
    const bound = (key: string, limit: string) => ({ compress: `compress : minimax { ${key} <= ${limit} }` })
    const timed = { network: network('1 ms') }
    expect(same(timed, 'cell.tau', '2 ms .. 6 ms step 2 ms', '[2 ms, 4 ms, 6 ms]')).toEqual(['2 ms', '4 ms', '6 ms'])
    expect(same(timed, 'cell.tau', '1500 us .. 6 ms log 3', '[1.5 ms, 3 ms, 6 ms]')).toEqual([
      '1500 us',
      '3000 us',
      '6000 us',
    ])
    expect(same(timed, 'cell.tau', '2 steps .. 3 steps', '[2 steps, 3 steps]')).toEqual([2, 3])
    expect(same(timed, 'mlp.dt', '1 ms .. 2 ms step 500 us', '[1 ms, 1.5 ms, 2 ms]')).toEqual([0.001, 0.0015, 0.002])
    const latency = bound('latency', '9 ms')
    expect(same(latency, 'compress.latency', '1 ms .. 3 ms step 1 ms', '[1 ms, 2 ms, 3 ms]')).toEqual([
      '1 ms',
      '2 ms',
      '3 ms',
    ])
    expect(same(latency, 'compress.latency', '25 % .. 50 % linear 2', '[25 %, 50 %]')).toEqual(['25 %', '50 %'])
    expect(same(bound('energy', '9 uJ'), 'compress.energy', '1 uJ .. 4 uJ log 3', '[1 uJ, 2 uJ, 4 uJ]')).toEqual([
      '1 uJ',
      '2 uJ',
      '4 uJ',
    ])
    expect(same(bound('size', '90 kB'), 'compress.size', '20 kB .. 22 kB', '[20 kB, 21 kB, 22 kB]')).toHaveLength(3)
    const counted = bound('synops', '90 k')
    expect(same(counted, 'compress.synops', '19000 .. 20 k step 1 k', '[19000, 20 k]')).toEqual(['19000', '20000'])
    expect(same({}, 'train.duration', '2 epochs .. 6 epochs step 2', '[2 epochs, 4 epochs, 6 epochs]')).toEqual([
      2, 4, 6,
    ])
  })

  it('the ends of a range measure the same thing', () => {
    expect(jobsOf({ sweep: sweep('cell.tau in 2 steps .. 4 ms') })).toEqual([
      'SNX0204: the ends of the range measure different things',
    ])
    expect(jobsOf({ sweep: sweep('cell.tau in 2 ms .. 4 steps') })).toHaveLength(1)
    const bounded = { compress: 'compress : minimax { size <= 90 kB }' }
    expect(jobsOf({ ...bounded, sweep: sweep('compress.size in 25 % .. 90 kB') })).toHaveLength(1)
    expect(jobsOf({ sweep: sweep('cell.tau in 2 ms .. 4 ms') })).toEqual([expect.stringMatching(/^SNX0208/)])
  })

  it('the ends and the number of values of any log range are as asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 6 }), (count, decades) => {
        const values = rates(`1e-${decades} .. 1 log ${count}`)
        expect(values).toHaveLength(count)
        expect([values[0], values.at(-1)]).toEqual([Number(`1e-${decades}`), 1])
        for (const [index, value] of values.slice(1).entries())
          expect(value / values[index]).toBeCloseTo(10 ** (decades / (count - 1)), 6)
      }),
      { numRuns: 30 },
    )
  })

  it('`zip` pairs, under its name', () => {
    const jobs = plan({ sweep: sweep('zip leak {\ncell.tau in [2 steps, 4 steps]\nmlp.steps in [8, 4]\n}') })
    const seen = jobs.map(({ job, variant }) => [job.network.steps, variant])
    expect(seen).toEqual([
      [8, { leak: '2 steps, 8' }],
      [4, { leak: '4 steps, 4' }],
    ])
  })

  it('`zip` takes a value again where another one beside it differs, and no pair twice', () => {
    const leak = (taus: string, steps: string) => ({
      sweep: sweep(`zip {\ncell.tau in [${taus}]\nmlp.steps in [${steps}]\n}`),
    })
    const jobs = plan(leak('2 steps, 2 steps, 4 steps', '4, 8, 8'))
    expect(jobs.map(({ variant }) => Object.values(variant))).toEqual([
      [2, 4],
      [2, 8],
      [4, 8],
    ])
    expect(jobsOf(leak('2 steps, 4 steps, 2.0 steps', '4, 4, 4'))).toEqual([
      'SNX0209: `zip` pairs `2.0 steps` and `4` twice',
    ])
    expect(jobsOf({ sweep: sweep('mlp.steps in [4, 8, 4]') })).toEqual(['SNX0209: `4` is in the list twice'])
  })

  it('`when` makes a parameter of some jobs only, wherever it stands', () => {
    const jobs = plan({
      sweep: sweep('when compress == minimax { compress.mask in [soft, hard] }\ncompress in [minimax, random]'),
    })
    const seen = jobs.map(({ job: { compress } }) => [
      compress!.method,
      compress!.method === 'minimax' ? compress!.mask : null,
    ])
    expect(seen).toEqual([
      ['minimax', 'soft'],
      ['minimax', 'hard'],
      ['random', null],
    ])
  })

  it('`when` in a block sets a key for some jobs only', () => {
    const jobs = plan({
      compress:
        'compress : minimax {\nconnectivity <= 25 %\nwhen compress in [minimax, gradual] { span = 1 epoch }\nwhen compress == gradual { interval = 7 batches }\n}',
      sweep: sweep('compress in [minimax, gradual, magnitude]'),
    })
    expect(jobs.map(({ job }) => job.compress!.span)).toEqual([1, 1, 2])
    expect(jobs[1].job.compress).toMatchObject({ method: 'gradual', interval: 7 })
  })

  it('`require` drops what the static cost model rejects', () => {
    const jobs = plan({ sweep: sweep('mlp.steps in [2, 4, 8]\nrequire mlp.macs <= 80 k\nrequire mlp.steps != 2') })
    const macs = (steps: number) => (784 * 20 + 20 * 10) * steps
    expect(jobs.map(({ job }) => costNetwork(job.network).macs)).toEqual([macs(4)])
    expect(jobsOf({ sweep: sweep('require mlp.macs <= 1 k') })).toEqual([
      'SNX0407: the requirements reject the only job',
    ])
  })

  it('what is impossible in a job that `require` drops is no mistake', () => {
    const body = 'train.duration in [1 epoch, 5 epochs]'
    expect(jobsOf({ sweep: sweep(body) })).toEqual([
      'SNX0505: a warm-up of 1 epoch does not fit into 1 epoch of training',
    ])
    const kept = plan({ sweep: sweep(`${body}\nrequire train.duration >= 2 epochs`) })
    expect(kept.map(({ job }) => job.train.epochs)).toEqual([5])
  })

  it('sweeps bases, forms and their parameters together', () => {
    const jobs = plan({
      sweep: sweep(
        'dataset in [mnist, fashion_mini]\ncell in [lif, plif]\ntrain.optimizer in [sgd(momentum = 0.5), adam]\ntrain.optimizer.lr in [1e-2]',
      ),
    })
    expect(jobs).toHaveLength(8)
    expect(jobs[0]).toMatchObject({
      job: { dataset: { name: 'mnist' }, train: { optimizer: { kind: 'sgd', lr: 1e-2, momentum: 0.5 } } },
      variant: { dataset: 'mnist', cell: 'lif', 'train.optimizer': 'sgd(momentum = 0.5)', 'train.optimizer.lr': 0.01 },
    })
  })
})
