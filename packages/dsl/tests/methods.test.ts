import { CompressSchema, METHODS } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { jobsOf, plan } from './experiment.ts'

/** The compression of the one job that a `compress` block with this base and body makes. */
const compressOf = (base: string, body = '') =>
  plan({ compress: `compress : ${base} {\nconnectivity <= 25 % then 5 %\n${body}\n}` })[0].job.compress

const methods = METHODS.filter((method) => method !== 'dense')

describe('a method of compression', () => {
  it.each(methods)('%s: its defaults make a job', (method) => {
    const compress = compressOf(method)
    expect(CompressSchema.parse(compress)).toEqual(compress)
    expect(compress).toMatchObject({ method, connectivity: [0.25, 0.05], span: 2, finetune: 3 })
  })

  it('takes its keys into the job', () => {
    expect(compressOf('rigl', 'drop = 20 %, interval = 50 batches, allocation = layerwise')).toMatchObject({
      drop: 0.2,
      interval: 50,
      allocation: 'layerwise',
      start: 'initial',
    })
    expect(compressOf('iterative', 'rewind = initial')).toMatchObject({ rewind: 'initial' })
    expect(compressOf('admm', 'rho = 0.5')).toMatchObject({ rho: 0.5, interval: 100 })
    expect(compressOf('grad_r', 'pull = 2')).toMatchObject({ pull: 2 })
    expect(compressOf('upr', 'price = 0.5')).toMatchObject({ price: 0.5 })
    expect(compressOf('ste', 'path = whole')).toMatchObject({ path: 'whole' })
  })

  it('does not say what is as usual, so that a job has one form', () => {
    const said = [
      compressOf('gradual', 'path = node'),
      compressOf('random', 'allocation = global, start = dense'),
      compressOf('set', 'allocation = global, start = dense'),
      compressOf('magnitude', 'allocation = global'),
    ]
    for (const compress of said) {
      for (const key of ['path', 'allocation', 'start']) expect(compress).not.toHaveProperty(key)
    }
    expect(compressOf('random')).toEqual(said[1])
  })

  it('that prunes in intervals longer than its span is refused, unless it starts with the dense epochs', () => {
    const span = 'span = 1 epoch, interval = 5000 batches, connectivity <= 25 %'
    for (const method of ['gradual', 'admm']) {
      expect(jobsOf({ compress: `compress : ${method} { ${span} }` })).toEqual([expect.stringMatching(/^SNX05/)])
    }
    expect(jobsOf({ compress: `compress : set { ${span}, start = dense }` })).toEqual([expect.stringMatching(/^SNX05/)])
    expect(plan({ compress: `compress : set { ${span} }` })).toHaveLength(1)
  })

  it('a key of one method is none of another', () => {
    expect(jobsOf({ compress: 'compress : minimax { connectivity <= 25 %, path = whole }' })).toEqual([
      expect.stringMatching(/^SNX03.*path/),
    ])
  })
})
