import type { Network } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { checkSource, writeLibrary, writeSpec } from '../src/index.ts'

const compiled = (text: string) => compile({ name: 'a.snnx', text })

function networkOf(text: string): Network {
  const { experiment, diagnostics } = compiled(text)
  expect(diagnostics).toEqual([])
  return experiment!.jobs[0]!.job.network
}

const spec = (dataset: string, inside: string) =>
  `snnx 1\nexperiment e {\n  dataset : ${dataset} { batch = 8 }\n${inside}\n  train { duration = 2 epochs }\n}\n`

describe('a network written in the language', () => {
  it.each([
    ['mlp', 'fashion_mnist', 'network n : mlp {}'],
    ['cifar10net', 'cifar10', 'network n : cifar10net { width = 32 }'],
    ['sew_resnet18', 'cifar10', 'network n : sew_resnet18 {}'],
    [
      'one with everything else',
      'mnist',
      `neuron slow : lif { tau = 2.5 steps\n threshold = 1.0000001192092896\n reset = subtract\n detach = off }
       neuron learned : plif { tau = 3 steps\n surrogate = sigmoid(alpha = 4) }
       neuron plain : if { threshold = 0.5\n reset_to = -0.25\n surrogate = triangle(alpha = 1) }
       network n { steps = 3
         layers = conv(4, stride = 2, bias = on) -> norm(epsilon = 1e-3, momentum = 0.2) -> slow -> avg_pool(2)
               -> flatten -> dropout(7 %) -> linear(30, bias = on) -> learned -> linear(20) -> plain -> vote(10) -> rate }`,
    ],
  ])('%s is the same network again', (_, dataset, inside) => {
    const network = networkOf(spec(dataset, inside))
    const parts = { dataset: dataset as 'mnist', start: 'a.safetensors', notes: ['a note', 'another'] }
    const again = networkOf(writeSpec({ ...network, name: 'again' }, parts))
    expect(again).toEqual({ ...network, name: 'again' })
  })

  it('reads as a person would write it', () => {
    const network = networkOf(spec('fashion_mnist', 'network n : mlp {}'))
    const parts = { dataset: 'fashion_mnist', start: 'mine.safetensors', notes: ['From mine.nir.'] } as const
    expect(writeSpec({ ...network, name: 'mine' }, parts)).toBe(`snnx 1

/// From mine.nir.
experiment mine {
  dataset : fashion_mnist {}

  neuron cell : lif {
    tau       = 2 steps
    threshold = 1
    reset     = zero
    surrogate = atan(alpha = 2)
  }

  network mine {
    steps  = 8
    layers = flatten -> linear(800) -> cell -> linear(10) -> cell -> rate
  }

  train {
    start    = file("mine.safetensors")
    duration = 0 epochs
  }
}
`)
  })

  it('starts from its weights, and takes recordings frame by frame', () => {
    const layers = 'conv(4) -> cell -> flatten -> linear(10) -> cell -> rate'
    for (const [dataset, frames] of [['fashion_mnist'], ['nmnist_1k', 5], ['nmnist_1k', 10]] as const) {
      const network = networkOf(
        `snnx 1\nexperiment e {\n  dataset : ${dataset} { ${frames ? `frames = ${frames}` : ''} }
         network n {\n steps = ${frames ?? 8}\n layers = ${layers} }\n  train { duration = 2 epochs }\n}\n`,
      )
      const text = writeSpec(network, { dataset, start: 'mine.safetensors', notes: [] })
      const { experiment, diagnostics } = compiled(text)
      expect(diagnostics).toEqual([])
      const { job } = experiment!.jobs[0]!
      expect(job.network).toEqual(network)
      expect(job.dataset).toMatchObject(frames ? { name: dataset, frames } : { name: dataset })
      expect(job.train).toMatchObject({ epochs: 0, start: { file: 'mine.safetensors', sha256: null } })
    }
  })

  it('alone it is a file that others can use', () => {
    const network = networkOf(spec('cifar10', 'network n : cifar10net { width = 32 }'))
    const text = writeLibrary(network, ['From a.nir.'])
    expect(text).toContain('# From a.nir.\n')
    expect(checkSource({ name: 'a.snnx', text }).diagnostics).toEqual([])
  })
})
