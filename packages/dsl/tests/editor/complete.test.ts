import { DATASETS } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { complete } from '../../src/editor/index.ts'
import { LAYERS } from '../../src/schema/network.ts'
import { SCHEMA } from '../../src/schema/schema.ts'
import { around, mark } from './marked.ts'

const labels = (marked: string) => {
  const { analysis, offset } = mark(marked)
  return complete(analysis, offset).map(({ label }) => label)
}
const at = (block: string) => labels(around(block))
const LIBRARY = ['cifar10net', 'sew_block', 'sew_down', 'resnet_stem', 'sew_resnet18', 'sew_resnet34']

describe('completion', () => {
  it.each([
    ['an empty file', '|', ['snnx', 'experiment', 'from']],
    ['a word at the top', 'snnx 1\nexp|', ['experiment']],
    ['kinds of blocks', around('|'), ['neuron', 'network', 'report', 'sweep']],
    ['kinds of blocks in a file that ends there', 'snnx 1\nexperiment a {\n  |', ['dataset', 'train', 'sweep']],
    ['bases', 'snnx 1\nexperiment a {\n  dataset : |', Object.keys(DATASETS)],
    ['bases, one begun', 'snnx 1\nexperiment a {\n  dataset : fas|', Object.keys(DATASETS)],
    ['images of one’s own', 'snnx 1\nexperiment a {\n  dataset : |', ['images']],
    ['what the data are, to compare', around('sweep {\n  require dataset.|\n}'), ['classes', 'train', 'batch']],
    ['bases of one’s own', around('neuron fast : |'), ['lif', 'if', 'plif', 'slow', 'cell']],
    ['keys', 'snnx 1\nexperiment a {\n  train {\n    |\n  }\n}', [...Object.keys(SCHEMA.train!.keys), 'when']],
    ['keys of the base', 'snnx 1\nexperiment a {\n  neuron c : lif {\n    |', ['tau', 'threshold', 'reset']],
    ['keys of another’s base', around('neuron fast : slow {\n  |\n}'), ['tau', 'threshold']],
    ['keys after a broken line', 'snnx 1\nexperiment a {\n  train {\n    loss = =\n    |\n  }\n}', ['optimizer']],
    ['words', around('report {\n  rank = |\n}'), ['accuracy', 'synops', 'latency']],
    ['words in a list', around('report {\n  table = [accuracy, |\n}'), ['synops', 'latency']],
    ['forms', 'snnx 1\nexperiment a {\n  train {\n    optimizer = |', ['adam', 'sgd']],
    ['parameters', 'snnx 1\nexperiment a {\n  train {\n    optimizer = adam(|', ['lr', 'beta1']],
    ['a parameter’s words', around('report {\n  plot = pareto(x = |)\n}'), ['accuracy', 'synops']],
    ['an address in a value', around('report {\n  plot = pareto(group = |)\n}'), ['compress', 'slow', 'mlp', 'seed']],
    ['units', 'snnx 1\nexperiment a {\n  train {\n    duration = 2 |', ['epochs', 'epoch']],
    ['units, one begun', 'snnx 1\nexperiment a {\n  neuron c : lif {\n    tau = 2 m|', ['steps', 'ms', 'us']],
    ['a unit right after the number', 'snnx 1\nexperiment a {\n  compress : ste {\n    connectivity <= 2|', []],
    ['what follows a share', 'snnx 1\nexperiment a {\n  compress : ste {\n    connectivity <= 5 % |', ['then']],
    ['layers', around('network b {\n  layers = |\n}'), [...Object.keys(LAYERS), 'slow', 'mlp', ...LIBRARY]],
    ['layers on the next line', around('network b {\n  layers = flatten ->\n    |\n}'), ['linear', 'slow']],
    ['layers in braces', around('network b {\n  layers = repeat(3) { c|'), ['conv', 'slow']],
    ['a layer’s parameters', around('network b {\n  layers = conv(8, |)\n}'), ['kernel', 'stride', 'padding', 'bias']],
    ['numbers of the network', around('network b {\n  w = 3\n  layers = conv(w) -> conv(|)\n}'), ['w', 'channels']],
    ['numbers of a network that is a layer', around('network b {\n  layers = sew_block(|)\n}'), ['width']],
    [
      'layers with weights',
      around('').replace('then 10 %', 'then 10 %\n    protect = [|]'),
      ['first', 'linear1', 'linear2'],
    ],
    [
      'statements of a sweep',
      around('sweep {\n  |\n}'),
      ['slow', 'mlp', 'train', 'compress', 'zip', 'when', 'require', 'repeat'],
    ],
    ['keys of an address', around('sweep {\n  slow.|\n}'), ['tau', 'threshold']],
    ['numbers of an address', around('sweep {\n  mlp.|\n}'), ['width', 'steps']],
    ['parameters of an address', around('sweep {\n  train.optimizer.|\n}'), ['lr', 'momentum']],
    ['what an address is followed by', around('sweep {\n  train.loss |\n}'), ['in']],
    ['values of an address', around('sweep {\n  train.loss in [mse, |]\n}'), ['cross_entropy']],
    ['bases of an address', around('sweep {\n  compress in [|]\n}'), ['minimax', 'gradual']],
    ['units of a range', around('sweep {\n  slow.tau in 1 steps .. 4 |\n}'), ['steps']],
    ['how a range is walked', around('sweep {\n  slow.tau in 1 steps .. 4 steps |\n}'), ['step', 'log', 'linear']],
    ['addresses in a zip', around('sweep {\n  zip b {\n    |\n  }\n}'), ['slow', 'mlp']],
    ['a condition’s address', around('sweep {\n  when |\n}'), ['compress', 'mlp', 'seed']],
    ['a condition’s sign', around('sweep {\n  when compress |\n}'), ['==', '!=', 'in']],
    ['a condition’s value', around('sweep {\n  when compress == |\n}'), ['minimax', 'gradual']],
    ['what is computed of a network', around('sweep {\n  require mlp.|\n}'), ['parameters', 'macs', 'steps']],
  ])('%s', (_, marked, expected) => {
    const found = labels(marked)
    if (expected.length === 0) expect(found).not.toContain('linear')
    else expect(found).toEqual(expect.arrayContaining(expected))
  })

  it('has keys of the swept bases', () =>
    expect(
      labels(around('sweep {\n  compress in [minimax, gradual]\n}').replace('then 10 %', 'then 10 %\n    |')),
    ).toEqual(expect.arrayContaining(['mask', 'interval', 'span'])))

  it('leaves out what nobody can write: formats of data, and what the data are', () => {
    expect(labels('snnx 1\nexperiment a {\n  dataset : |')).not.toContain('idx')
    const keys = labels('snnx 1\nexperiment a {\n  dataset : mnist {\n    |')
    expect(keys).toEqual(expect.arrayContaining(['batch', 'validation', 'augment']))
    for (const fact of ['shape', 'classes', 'train']) expect(keys).not.toContain(fact)
    expect(at('sweep {\n  dataset.|\n}')).not.toContain('classes')
  })

  it('leaves out what is written already', () => {
    expect(at('neuron b : lif {\n  tau = 2 steps\n  |\n}')).not.toContain('tau')
    expect(at('|')).not.toContain('train')
    expect(labels('snnx 1\nexperiment a {\n  train {\n    optimizer = adam(lr = 1e-3, |')).not.toContain('lr')
  })

  it.each([
    ['a comment', '# |'],
    ['documentation', '/// |'],
    ['a text', 'from "|" use a'],
  ])('says nothing in %s', (_, marked) => expect(labels(`snnx 1\n${marked}\n`)).toEqual([]))

  it('replaces the word around the cursor and nothing else', () => {
    const { analysis, offset } = mark('snnx 1\nexperiment a {\n  train {\n    optim|izer = adam\n  }\n}\n')
    const found = complete(analysis, offset).find(({ label }) => label === 'schedule')!
    expect(analysis.source.text.slice(found.span.start, found.span.end)).toBe('optimizer')
    expect(found.insert).toBe('schedule')
  })

  it('writes the sign that a key takes', () => {
    const { analysis, offset } = mark('snnx 1\nexperiment a {\n  compress : ste {\n    |\n  }\n}\n')
    const inserts = new Map(complete(analysis, offset).map(({ label, insert }) => [label, insert]))
    expect(inserts.get('connectivity')).toBe('connectivity <= ')
    expect(inserts.get('finetune')).toBe('finetune = ')
  })

  it('documents every item from the tables of the checker', () => {
    const { analysis, offset } = mark('snnx 1\nexperiment a {\n  train {\n    |\n  }\n}\n')
    const loss = complete(analysis, offset).find(({ label }) => label === 'loss')!
    expect(loss.doc).toContain(SCHEMA.train!.keys.loss!.doc)
    expect(loss.doc).toContain('default `mse`')
  })
})
