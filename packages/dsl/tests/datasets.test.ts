import { DATASETS, type DatasetFacts } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { rootBase } from '../src/check/component.ts'
import { compile, standard } from '../src/compile.ts'
import { jobsOf, plan } from './experiment.ts'

const described = standard().filter(({ kind }) => kind === 'dataset')
const facts = new Map<string, DatasetFacts>(Object.entries(DATASETS))

describe('the data sets of std', () => {
  it('are those that the engine reads', () => {
    expect(described.map(({ address }) => address)).toEqual([...facts.keys()])
  })

  it.each(described)('$address is what the engine takes it for', (component) => {
    const { address, block, entries } = component
    const { title, shape, classes, train, test, mean, std, events } = facts.get(address)!
    const normalised = events ? {} : { mean, std }
    const written = Object.fromEntries(entries.map(({ key, value }) => [key, value]))
    expect(written).toEqual({ shape, classes, train, test, ...normalised })
    expect(rootBase(component) === 'recordings').toBe(events === true)
    // The documentation begins with the title by which the engine calls it.
    expect(block.doc.split(/[:.]/)[0]).toBe(title)
  })

  it.each(described)('$address is found by its name, and its job says no more than that', ({ address }) => {
    const { events, shape, classes } = facts.get(address)!
    const network = `network n { steps = 10\nlayers = flatten -> linear(${classes}) -> cell -> rate }`
    const [{ job }] = plan({ dataset: `dataset : ${address} { }`, network })
    const recorded = events ? { frames: 10, split: 'count' } : {}
    expect(job.dataset).toEqual({ name: address, encode: 'direct', batch: 64, validation: 0.1, ...recorded })
    expect(job.network).toMatchObject({ input: shape, classes, ...(events && { changing: true }) })
  })
})

describe('a data set of one’s own', () => {
  const above = 'snnx 1\ndataset mine : fashion_mnist { batch = 16 }\n'
  const jobs = (text: string) => {
    const { experiment, diagnostics } = compile({ name: 'a.snnx', text: above + text })
    return experiment?.jobs.map(({ job }) => job.dataset) ?? diagnostics.map(({ code }) => code)
  }
  const experiment = (dataset: string, sweep = '') =>
    `experiment a {\n${dataset}\nnetwork : mlp { }\ntrain { duration = 5 epochs }\nsweep {\n${sweep}\n}\n}`
  const common = { encode: 'direct', validation: 0.1 }

  it('stands on one of std, and changes how it is fed', () => {
    expect(jobs(experiment('dataset : mine { }'))).toEqual([{ name: 'fashion_mnist', ...common, batch: 16 }])
    expect(jobs(experiment('dataset own : mine { batch = 8 }'))).toEqual([
      { name: 'fashion_mnist', ...common, batch: 8 },
    ])
    // By the name of what it is built on, too.
    expect(jobs(experiment('dataset mnist : mnist { batch = 8 }'))).toEqual([{ name: 'mnist', ...common, batch: 8 }])
  })

  it('is swept over beside those of std', () => {
    expect(jobs(experiment('dataset : mnist { }', 'dataset in [mnist, mine]'))).toEqual([
      { name: 'mnist', ...common, batch: 64 },
      { name: 'fashion_mnist', ...common, batch: 16 },
    ])
  })

  it('cannot say what the data are, nor sweep it; a condition can ask', () => {
    expect(jobs(experiment('dataset : mine { classes = 12 }'))).toEqual(['SNX0320'])
    expect(jobs(experiment('dataset : mine { }', 'mine.batch in [1, 2]'))).toHaveLength(2)
    expect(jobs(experiment('dataset : mine { }', 'mine.classes in [10, 20]'))).toEqual(['SNX0320'])
    expect(jobs(experiment('dataset : idx { }'))).toEqual(['SNX0320'])
    expect(jobs(experiment('dataset : mnist { }', 'dataset in [mnist, idx]'))).toEqual(['SNX0320'])
    const bigger = 'dataset in [mnist, fashion_mini]\nrequire dataset.train >= 10 k'
    expect(jobs(experiment('dataset : mnist { }', bigger))).toEqual([{ name: 'mnist', ...common, batch: 64 }])
    expect(jobsOf({ dataset: 'dataset : mnist { shape = [2, 2] }' })).toHaveLength(1)
  })

  it('of images in folders says how many classes there are, and sweeps it', () => {
    const network = 'network n { c = 2\nlayers = flatten -> linear(c) -> cell -> rate }'
    const images = 'dataset : images { folder = "here", classes = 2, size = 8 px }'
    const swept = plan({
      dataset: images,
      network,
      sweep: 'sweep { zip n { dataset.classes in [2, 3], n.c in [2, 3] } }',
    })
    expect(swept.map(({ job }) => job.network.classes)).toEqual([2, 3])
  })
})
