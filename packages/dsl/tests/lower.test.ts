import type { Neuron } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/index.ts'
import { jobsOf, plan } from './experiment.ts'

const neurons = (blocks: Parameters<typeof plan>[0]): Neuron[] =>
  plan(blocks)[0].job.network.layers.flatMap((layer) => (layer.kind === 'neuron' ? [layer.neuron] : []))

describe('an experiment becomes jobs', () => {
  it('every default stands in the job', () => {
    expect(plan({})).toMatchObject([
      {
        job: {
          dataset: { name: 'fashion_mini', encode: 'direct', batch: 64, validation: 0.1 },
          train: {
            loss: 'mse',
            optimizer: { kind: 'adam', lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
            schedule: { kind: 'cosine', warmup: 1 },
            epochs: 5,
          },
          compress: { method: 'minimax', scope: 'global', protect: [], schedule: 'joint', path: 'dual', mask: 'soft' },
          backend: 'auto',
          seed: 0,
        },
        variant: {},
      },
    ])
    expect(neurons({})[0]).toEqual({
      model: 'lif',
      tau: 2,
      threshold: 1,
      resetTo: 0,
      reset: 'zero',
      detach: true,
      surrogate: { kind: 'atan', alpha: 2 },
    })
  })

  it('without `compress` the dense network is the job', () => {
    expect(plan({ compress: '' }).map(({ job }) => job.compress)).toEqual([null])
  })

  it('every key of a neuron arrives', () => {
    const body =
      'tau = 3.5 steps, threshold = 0.5, reset = subtract, reset_to = -0.25, detach = off, surrogate = sigmoid(alpha = 3)'
    expect(neurons({ neuron: `neuron cell : plif { ${body} }` })[1]).toEqual({
      model: 'plif',
      tau: 3.5,
      threshold: 0.5,
      resetTo: -0.25,
      reset: 'subtract',
      detach: false,
      surrogate: { kind: 'sigmoid', alpha: 3 },
    })
    expect(neurons({ neuron: 'neuron cell : if { }' })[0].model).toBe('if')
  })

  it('layers are named by their kind or neuron, and their ordinal', () => {
    const [{ job }] = plan({
      neuron: 'neuron a : lif { }\nneuron b : if { }',
      network:
        'network n { layers = flatten -> linear(9, bias = on) -> a -> linear(8) -> b -> linear(10) -> a -> rate }',
    })
    const names = job.network.layers.map((layer) => ('name' in layer ? layer.name : layer.kind))
    expect(names).toEqual(['flatten', 'linear1', 'a1', 'linear2', 'b1', 'linear3', 'a2', 'rate'])
    expect(job.network.layers.flatMap((layer) => (layer.kind === 'linear' ? [layer.bias] : []))).toEqual([
      true,
      false,
      false,
    ])
  })

  it('a neuron on another one takes over what it does not say, through std too', () => {
    const neuron = 'neuron slow : cell { tau = 4 steps }\nneuron slower : slow { threshold = 2 }'
    const network = 'network n { layers = flatten -> linear(10) -> slower -> rate }'
    expect(neurons({ neuron, network })[0]).toMatchObject({ model: 'lif', tau: 4, threshold: 2 })
  })

  it('a network of std is used as it is, with the neuron of the experiment where it has one', () => {
    const network = 'network : mlp { steps = 4 }'
    const [{ job }] = plan({ network, neuron: '' })
    expect(job.network).toMatchObject({ name: 'mlp', steps: 4, input: [28, 28], classes: 10 })
    expect(job.network.layers.flatMap((layer) => (layer.kind === 'linear' ? [layer.features] : []))).toEqual([800, 10])
    expect(neurons({ network, neuron: 'neuron cell : plif { tau = 5 steps }' })).toMatchObject([
      { model: 'plif', tau: 5 },
      { model: 'plif', tau: 5 },
    ])
    const [swept] = plan({ network, neuron: '', sweep: 'sweep { cell.tau in [7 steps], network.steps in [2] }' })
    expect(swept.job.network).toMatchObject({ steps: 2, layers: { 2: { neuron: { tau: 7 } } } })
  })

  it('a layer of std that does not fit is reported at the block that uses it', () => {
    const text =
      'snnx 1\nexperiment a {\ndataset : images { folder = "few", classes = 7, size = 28 px }\nnetwork : mlp { }\ntrain { duration = 2 epochs }\n}'
    const { diagnostics } = compile({ name: 'a', text })
    expect(diagnostics).toMatchObject([
      { code: 'SNX0501', message: '10 outputs, but the data set has 7 classes (in `mlp` of `std`)' },
    ])
    expect(text.slice(diagnostics[0].span.start, diagnostics[0].span.end)).toBe('network : mlp')
  })

  it('times in seconds are counted in steps of the network', () => {
    const network = 'network n { dt = 0.5 ms\nlayers = flatten -> linear(10) -> cell -> rate }'
    expect(neurons({ network, neuron: 'neuron cell : lif { tau = 2 ms }' })[0].tau).toBe(4)
    expect(neurons({ network, neuron: 'neuron cell : lif { tau = 700 us }' })[0].tau).toBe(1.4)
  })

  it('`protect` finds layers by place and by name, each once, in their order', () => {
    const network =
      'network n { layers = flatten -> linear(30) -> cell -> linear(20) -> cell -> linear(10) -> cell -> rate }'
    const compress = 'compress : random { connectivity <= 25 %, protect = [last, linear1, first] }'
    expect(plan({ network, compress })[0].job.compress!.protect).toEqual(['linear1', 'linear3'])
  })

  it('the share that keeps exactly one connection is possible, a smaller one is not', () => {
    const network = 'network n { layers = flatten -> linear(10) -> cell -> rate }' // 7,840 connections
    expect(plan({ network, compress: 'compress : random { connectivity <= 0.0128 % }' })).toHaveLength(1)
    expect(jobsOf({ network, compress: 'compress : random { connectivity <= 0.0127 % }' })).toEqual([
      'SNX0502: 0.0127 % of 7,840 prunable connections leaves none',
    ])
  })

  it('an interval fits that is as long as the span: 2 epochs of 85 batches, for each node of a sequential schedule', () => {
    const gradual = (keys: string) =>
      jobsOf({ compress: `compress : gradual { connectivity <= 25 % then 5 %, span = 2 epochs, ${keys} }` })
    expect(gradual('interval = 170 batches')).toHaveLength(1)
    expect(gradual('interval = 171 batches')[0]).toMatch(/^SNX0506/)
    expect(gradual('schedule = sequential, interval = 340 batches')).toHaveLength(1)
    expect(gradual('schedule = sequential, interval = 341 batches')[0]).toMatch(/^SNX0506/)
  })

  it('shares keep the digits that were written', () => {
    const compress = 'compress : random { connectivity <= 12 % then 2.35 % then 0.73 % then 1e-1 % }'
    expect(plan({ compress })[0].job.compress!.connectivity).toEqual([0.12, 0.0235, 0.0073, 0.001])
  })

  it('documentation is what stands directly above, with nothing between', () => {
    const body = '{\ndataset : mnist { }\nnetwork : mlp { }\ntrain { duration = 2 epochs }\n}\n'
    const doc = (above: string) => compile({ name: 'a', text: `snnx 1\n${above}experiment a ${body}` }).experiment?.doc
    expect(doc('/// one\n///   two\n')).toBe('one\ntwo')
    expect(doc('/// apart\n\n')).toBe('')
    expect(doc('/// far\n# near\n')).toBe('')
  })
})

describe('`start`', () => {
  const trained = (keys: string) => jobsOf({ train: `train { ${keys} }`, compress: '' })
  const startOf = (keys: string) => plan({ train: `train { ${keys} }`, compress: '' })[0].job.train

  it('names a file, whose digest is not known yet; without it the job has no such key', () => {
    const { start, epochs } = startOf('duration = 3 epochs, start = file("weights/a b.safetensors")')
    expect([start, epochs]).toEqual([{ file: 'weights/a b.safetensors', sha256: null }, 3])
    expect(startOf('duration = 3 epochs, start = file(path = "a")').start!.file).toBe('a')
    expect(Object.keys(startOf('duration = 3 epochs'))).not.toContain('start')
  })

  it('makes training unnecessary, whatever its warm-up', () => {
    expect(startOf('duration = 0 epochs, start = file("a.safetensors")').epochs).toBe(0)
    expect(trained('duration = 0 epochs')).toEqual([
      'SNX0510: a network that starts from random weights needs training',
    ])
  })

  it('is swept', () => {
    const jobs = plan({
      train: 'train { duration = 0 epochs, start = file("a") }',
      compress: '',
      sweep: 'sweep { train.start in [file("a"), file("b")] }',
    })
    expect(jobs.map(({ job, variant }) => [job.train.start!.file, variant])).toEqual([
      ['a', { 'train.start': 'file("a")' }],
      ['b', { 'train.start': 'file("b")' }],
    ])
  })

  it.each(['../a', '/a', 'a/../../b', 'C:/a', 'a\\\\b', '', 'a//b'])('stays beside the spec: not "%s"', (path) => {
    expect(trained(`duration = 1 epochs, schedule = constant, start = file("${path}")`)).toEqual([
      'SNX0210: `path` must lead to something beside the spec',
    ])
  })

  it('takes a path in quotes', () => {
    expect(trained('duration = 2 epochs, start = file(a)')).toEqual([
      'SNX0201: `path` takes a path in quotes, but this is a word',
    ])
    expect(trained('duration = 2 epochs, start = file()')).toEqual(['SNX0307: `file` needs `path`'])
    expect(trained('duration = 2 epochs, start = "a"')[0]).toMatch(/^SNX0201/)
  })
})
