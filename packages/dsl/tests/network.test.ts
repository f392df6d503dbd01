import { costLayers, costNetwork, inferFlow, type Layer, type Network } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { jobsOf, plan } from './experiment.ts'

const onImages = { dataset: 'dataset : cifar10 { }', neuron: '', compress: '' }
const networkOf = (network: string, more: Parameters<typeof plan>[0] = {}): Network =>
  plan({ ...onImages, network, ...more })[0].job.network
/** The layers of a network for colour images, between a still image and a read-out. */
const layersOf = (layers: string, more = ''): Layer[] =>
  networkOf(`${more}\nnetwork n { layers = ${layers} -> global_pool -> flatten -> linear(10) -> cell -> rate }`).layers
const widths = (layers: readonly Layer[]): number[] =>
  layers.flatMap((layer) => {
    if (layer.kind === 'residual') return [...widths(layer.body), ...widths(layer.shortcut)]
    return layer.kind === 'conv' ? [layer.channels] : []
  })
/** Names where layers have them, else kinds; a block as its two branches. */
const names = (layers: readonly Layer[]): unknown[] =>
  layers.map((layer) => {
    if (layer.kind === 'residual') return [names(layer.body), names(layer.shortcut)]
    return 'name' in layer ? layer.name : layer.kind
  })

describe('layers', () => {
  it('have the defaults of the field', () => {
    const [conv, norm, pool, mean] = layersOf('conv(8) -> norm -> max_pool(2) -> avg_pool(3)')
    expect(conv).toEqual({ kind: 'conv', name: 'conv1', channels: 8, kernel: 3, stride: 1, padding: 1, bias: false })
    expect(norm).toEqual({ kind: 'norm', name: 'norm1', epsilon: 1e-5, momentum: 0.1 })
    expect(pool).toEqual({ kind: 'max_pool', size: 2, stride: 2, padding: 0 })
    expect(mean).toEqual({ kind: 'avg_pool', size: 3, stride: 3, padding: 0 })
  })

  it('take every parameter, by name too, sizes with `px` or without', () => {
    const text =
      'conv(channels = 8, kernel = 4 px, stride = 2, padding = 1 px, bias = on) -> norm(epsilon = 1e-3, momentum = 1) -> max_pool(3 px, stride = 1, padding = 1)'
    expect(layersOf(text).slice(0, 3)).toEqual([
      { kind: 'conv', name: 'conv1', channels: 8, kernel: 4, stride: 2, padding: 1, bias: true },
      { kind: 'norm', name: 'norm1', epsilon: 1e-3, momentum: 1 },
      { kind: 'max_pool', size: 3, stride: 1, padding: 1 },
    ])
    const dropouts = layersOf('dropout(0.25) -> dropout(50 %) -> dropout(0)').slice(0, 3)
    expect(dropouts.map((layer) => layer.kind === 'dropout' && [layer.name, layer.probability])).toEqual([
      ['dropout1', 0.25],
      ['dropout2', 0.5],
      ['dropout3', 0],
    ])
    const { layers } = networkOf('network n { layers = flatten -> linear(30) -> cell -> vote(10) -> rate }')
    expect(layers.slice(-2)).toEqual([{ kind: 'vote', classes: 10 }, { kind: 'rate' }])
  })

  it('pad a kernel so that its middle passes over every pixel', () => {
    const paddings = layersOf('conv(1, kernel = 1) -> conv(1, kernel = 5) -> conv(1, kernel = 7)').slice(0, 3)
    expect(paddings.map((layer) => layer.kind === 'conv' && layer.padding)).toEqual([0, 2, 3])
  })

  it('are repeated in order, on as many lines as they take', () => {
    const layers = layersOf('repeat(2) {\n conv(3)\n  -> repeat(2) { cell ->\n norm }\n}\n -> cell')
    expect(names(layers).slice(0, 11)).toEqual([
      ...['conv1', 'cell1', 'norm1', 'cell2', 'norm2'],
      ...['conv2', 'cell3', 'norm3', 'cell4', 'norm4', 'cell5'],
    ])
  })

  it('go beside a shortcut, named after the body', () => {
    const text =
      'residual(add) {\n conv(3) -> residual(add) { cell }\n}\n shortcut {\n conv(3, kernel = 1)\n }\n -> conv(3)'
    expect(names(layersOf(text)).slice(0, 2)).toEqual([[['conv1', [['cell1'], []]], ['conv2']], 'conv3'])
  })
})

describe('networks inside networks', () => {
  const block = 'network block {\n width = 4\n stride = 1\n layers = conv(width, stride = stride) -> norm -> cell\n}'

  it('stand for their layers, with the numbers that they are given there', () => {
    const layers = layersOf('block -> block(8) -> block(width = 2 * 8, stride = 2) -> block(stride = 2)', block)
    expect(names(layers).slice(0, 6)).toEqual(['conv1', 'norm1', 'cell1', 'conv2', 'norm2', 'cell2'])
    expect(layers.flatMap((layer) => (layer.kind === 'conv' ? [[layer.channels, layer.stride]] : []))).toEqual([
      [4, 1],
      [8, 1],
      [16, 2],
      [4, 2],
    ])
  })

  it('pass numbers on', () => {
    const outer = 'network outer { size = 3\n layers = block(2 * size) -> repeat(size) { block(size * size) } }'
    expect(widths(layersOf('outer -> outer(1)', `${block}\n${outer}`))).toEqual([6, 9, 9, 9, 2, 1])
  })

  it('can be built on each other, which hands their numbers down', () => {
    const wide = 'network wide : block { width = 32 }\nnetwork wider : wide { stride = 2 }'
    expect(widths(layersOf('wide -> wider -> wider(5)', `${block}\n${wide}`))).toEqual([32, 32, 5])
  })

  it('stand anywhere in the experiment; the one that no other uses is trained', () => {
    const main = 'network main { steps = 3\n layers = block -> global_pool -> flatten -> linear(10) -> rate }'
    for (const network of [`${block}\n${main}`, `${main}\n${block}`])
      expect(networkOf(network)).toMatchObject({ name: 'main', steps: 3 })
  })

  it('of the experiment come before those of std, inside networks of std too', () => {
    const network = 'network resnet_stem { layers = conv(64) -> norm -> cell }\nnetwork : sew_resnet18 { }'
    const own = networkOf(network)
    expect(own.name).toBe('sew_resnet18')
    expect(own.layers.slice(0, 4).map(({ kind }) => kind)).toEqual(['conv', 'norm', 'neuron', 'residual'])
    expect(networkOf('network : sew_resnet18 { }').layers[3].kind).toBe('max_pool')
  })

  it('have the neurons and the step length of the network around them', () => {
    const network = `${block}\nnetwork n { dt = 0.5 ms\n layers = block -> global_pool -> flatten -> linear(10) -> rate }`
    const { layers } = networkOf(network, { neuron: 'neuron cell : lif { tau = 2 ms }' })
    expect(layers.flatMap((layer) => (layer.kind === 'neuron' ? [layer.neuron.tau] : []))).toEqual([4])
  })

  it('are swept by their numbers', () => {
    const jobs = plan({
      ...onImages,
      network: `${block}\nnetwork n { layers = block -> block(9) -> global_pool -> flatten -> linear(10) -> rate }`,
      sweep: 'sweep { block.width in [4, 8] }',
    })
    expect(jobs.map(({ job, variant }) => [widths(job.network.layers), variant])).toEqual([
      [[4, 9], { 'block.width': 4 }],
      [[8, 9], { 'block.width': 8 }],
    ])
  })
})

describe('the numbers of a network', () => {
  it('are replaced where it is built on, and swept under its name', () => {
    const network = 'network cifar10net : cifar10net { width = 32 }'
    expect(widths(networkOf(network).layers)).toEqual(new Array(6).fill(32))
    const swept = plan({ ...onImages, network, sweep: 'sweep { cifar10net.width in 4 .. 16 log 3 }' })
    expect(
      swept.map(({ job, variant }) => [job.network.layers.find(({ kind }) => kind === 'linear'), variant]),
    ).toEqual(
      [4, 8, 16].map((width) => [
        { kind: 'linear', name: 'linear1', features: 8 * width, bias: false },
        { 'cifar10net.width': width },
      ]),
    )
  })

  it('are swept at the address of an unnamed network, and at that of std', () => {
    for (const address of ['network.width', 'cifar10net.width']) {
      const jobs = plan({ ...onImages, network: 'network : cifar10net { }', sweep: `sweep { ${address} in [2, 3] }` })
      expect(jobs.map(({ job }) => widths(job.network.layers)[0])).toEqual([2, 3])
    }
  })

  it('can be set under `when`, and compared', () => {
    const network = 'network : cifar10net {\n when network == cifar10net { width = 4 }\n}'
    const sweep = 'sweep { network in [cifar10net, sew_resnet18] }'
    const jobs = plan({ ...onImages, network, sweep })
    expect(jobs.map(({ job }) => widths(job.network.layers)[0])).toEqual([4, 64])
    const kept = plan({
      ...onImages,
      network: 'network : cifar10net { }',
      sweep: 'sweep { network.width in [4, 8, 16]\nrequire network.width <= 8\nrequire network.parameters >= 20 k }',
    })
    expect(kept.map(({ job }) => widths(job.network.layers)[0])).toEqual([8])
  })

  it('that are not whole where a whole one is needed are reported in the jobs that have them', () => {
    const sweep = 'sweep { cifar10net.width in [8, 8.5] }'
    expect(jobsOf({ ...onImages, network: 'network : cifar10net { }', sweep })).toEqual([
      'SNX0206: `channels` takes a whole number (in `cifar10net` of `std`)',
    ])
  })
})

describe('`protect` and bounds over convolutions', () => {
  const network = 'network : sew_resnet18 { }'
  const protectedBy = (protect: string) =>
    plan({ ...onImages, network, compress: `compress : random { connectivity <= 25 %, protect = [${protect}] }` })[0]
      .job

  it('finds first and last in the order of the data, and any by name', () => {
    expect(protectedBy('last, first').compress!.protect).toEqual(['conv1', 'linear1'])
    expect(protectedBy('conv7, conv8').compress!.protect).toEqual(['conv7', 'conv8'])
    // Of the first block that halves the image: the body's two, then the shortcut's.
    const [, , down] = protectedBy('first').network.layers.filter((layer) => layer.kind === 'residual')
    expect(names([down])).toEqual([
      [
        ['conv6', 'norm6', 'cell6', 'conv7', 'norm7', 'cell7'],
        ['conv8', 'norm8', 'cell8'],
      ],
    ])
  })

  it('bounds count what is left', () => {
    const all = costLayers(networkOf(network)).reduce((sum, { weights }) => sum + weights, 0)
    const message = jobsOf({ ...onImages, network, compress: 'compress : random { connectivity <= 0.000001 % }' })
    expect(message).toEqual([`SNX0502: 0.000001 % of ${all.toLocaleString('en')} prunable connections leaves none`])
  })
})

describe('std', () => {
  it('cifar10net is the paper’s, layer by layer', () => {
    const network = networkOf('network : cifar10net { }')
    expect(network).toMatchObject({ name: 'cifar10net', steps: 8 })
    expect(costNetwork(network).parameters).toBe(36_718_336)
    const three = (from: number) =>
      [0, 1, 2].flatMap((at) => ['conv', 'norm', 'cell'].map((stem) => `${stem}${from + at}`))
    expect(names(network.layers)).toEqual([
      ...three(1),
      'max_pool',
      ...three(4),
      'max_pool',
      ...['flatten', 'dropout1', 'linear1', 'cell7', 'linear2', 'cell8', 'vote', 'rate'],
    ])
    expect(costLayers(network).every(({ biases }) => biases === 0)).toBe(true)
  })
})

describe('a data set', () => {
  const datasetOf = (keys: string) =>
    plan({ dataset: `dataset : cifar10_20k { ${keys} }`, network: 'network : cifar10net { }', neuron: '' })[0].job
      .dataset

  it('is varied as it says, and has no key for it where it says nothing', () => {
    expect(datasetOf('augment = [crop(4 px), flip]').augment).toEqual({ crop: 4, flip: true })
    expect(datasetOf('augment = [flip]').augment).toEqual({ crop: 0, flip: true })
    expect(datasetOf('augment = [crop(padding = 2 px)]').augment).toEqual({ crop: 2, flip: false })
    expect(datasetOf('augment = [roll(5 px)]').augment).toEqual({ crop: 0, flip: false, roll: 5 })
    for (const keys of ['', 'augment = []']) expect(Object.keys(datasetOf(keys))).not.toContain('augment')
  })

  it('of recordings says into how many frames, and how', () => {
    const recordings = (keys: string, steps: number) =>
      jobsOf({
        dataset: `dataset : nmnist_1k { ${keys} }`,
        network: `network n { steps = ${steps}, layers = conv(4) -> cell -> flatten -> linear(10) -> cell -> rate }`,
      })
    expect(recordings('', 10)).toMatchObject([
      { job: { dataset: { frames: 10, split: 'count' }, network: { input: [2, 34, 34], changing: true } } },
    ])
    expect(recordings('frames = 4, split = time', 4)).toMatchObject([
      { job: { dataset: { frames: 4, split: 'time' } } },
    ])
    expect(recordings('frames = 4', 5)).toEqual(['SNX0501: `nmnist_1k` has 4 frames, but the network runs 5 steps'])
    expect(Object.keys(datasetOf(''))).toEqual(['name', 'encode', 'batch', 'validation'])
  })

  it('is swept over ways of varying it', () => {
    const sweep = 'sweep { dataset.augment in [[flip], [crop(4 px), flip]] }'
    const jobs = plan({ ...onImages, network: 'network : cifar10net { }', sweep })
    expect(jobs.map(({ job, variant }) => [job.dataset.augment, variant])).toEqual([
      [{ crop: 0, flip: true }, { 'dataset.augment': '[flip]' }],
      [{ crop: 4, flip: true }, { 'dataset.augment': '[crop(4 px), flip]' }],
    ])
  })
})

describe('images in folders', () => {
  const network = 'network : sew_resnet18 { classes = 5 }'
  const of = (keys: string) => jobsOf({ ...onImages, dataset: `dataset : images { ${keys} }`, network })
  const jobOf = (keys: string) => (of(keys)[0] as Exclude<ReturnType<typeof of>[number], string>).job

  it('say all that the network needs to know', () => {
    const { dataset, network: made } = jobOf('folder = "data/mine", classes = 5, size = 224 px')
    expect(dataset).toEqual({
      name: 'images',
      encode: 'direct',
      batch: 64,
      validation: 0.1,
      folder: 'data/mine',
      classes: 5,
      size: 224,
      shorter: 256,
    })
    expect([made.input, made.classes]).toEqual([[3, 224, 224], 5])
    expect(inferFlow(made).problem).toBeNull()
  })

  it('are varied by a random part of each, which other data sets are not', () => {
    const keys = 'folder = "a", classes = 5, size = 32, shorter = 40'
    expect(jobOf(`${keys}, augment = [resized_crop, flip]`).dataset.augment).toEqual({
      crop: 0,
      flip: true,
      area: 0.08,
    })
    expect(jobOf(`${keys}, augment = [resized_crop(25 %)]`).dataset.augment).toEqual({
      crop: 0,
      flip: false,
      area: 0.25,
    })
    expect(
      jobsOf({
        ...onImages,
        dataset: 'dataset : cifar10 { augment = [resized_crop] }',
        network: 'network : sew_resnet18 { }',
      }),
    ).toEqual(['SNX0207: `resized_crop` is only for data sets of `images`, whose files are larger than what is fed'])
  })

  it('are checked as far as a text can be', () => {
    expect(of('folder = "a", classes = 4, size = 32')).toEqual([
      'SNX0501: 5 outputs, but the data set has 4 classes (in `sew_resnet18` of `std`)',
    ])
    expect(of('folder = "a", classes = 5, size = 32, shorter = 31')).toEqual([
      'SNX0205: `shorter` must be at least `size`',
    ])
    expect(of('folder = "../a", classes = 5, size = 32')).toEqual([
      'SNX0210: `folder` must lead to something beside the spec',
    ])
    expect(of('classes = 5, size = 32')).toEqual(['SNX0307: `dataset` needs `folder`'])
    expect(of('folder = mine, classes = 5, size = 32')).toEqual([
      'SNX0201: `folder` takes a path in quotes, but this is a word',
    ])
    expect(jobsOf({ dataset: 'dataset : mnist { size = 32 }' })).toEqual(['SNX0304: `mnist` has no key `size`'])
  })

  it('are swept by their size', () => {
    const dataset = 'dataset : images { folder = "a", classes = 5, size = 32 }'
    const jobs = plan({ ...onImages, dataset, network, sweep: 'sweep { dataset.size in [32, 64 px] }' })
    expect(jobs.map(({ job }) => [job.network.input, job.dataset.name === 'images' && job.dataset.shorter])).toEqual([
      [[3, 32, 32], 36],
      [[3, 64, 64], 74],
    ])
  })
})
