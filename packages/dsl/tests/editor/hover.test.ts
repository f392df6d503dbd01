import { describe, expect, it } from 'vitest'
import { hover } from '../../src/editor/index.ts'
import { around, cut, mark } from './marked.ts'

const said = (marked: string) => {
  const { analysis, offset } = mark(marked)
  return hover(analysis, offset)?.text ?? ''
}
const inText = (from: string, to: string) => around('').replace(from, to)

describe('hover', () => {
  it('documents a key, and says what it is', () => {
    const text = said(inText('duration', 'dura|tion'))
    expect(text).toContain('how long the dense network is trained')
    expect(text).toContain('duration = 5 epochs')
  })

  it('says the value that a key has where it is not written', () => {
    const text = said(around('neuron fast : slow {\n  threshold = 2\n}').replace('neuron fast', 'neuron f|ast'))
    expect(text).toContain('tau = 4 steps')
    expect(text).toContain('threshold = 2')
    expect(text).toContain('reset = zero')
  })

  it('says that a value is swept', () =>
    expect(said(around('sweep {\n  sl|ow.tau in [2 steps, 3 steps]\n}'))).toContain(
      'tau = 2 steps # in the first job; swept over 2 values',
    ))

  it('gives a block’s own documentation', () =>
    expect(said(inText('-> slow ->', '-> sl|ow ->'))).toContain('It leaks little.'))

  it('gives a layer’s shapes and cost', () => {
    // 784 inputs to 2 x 20 outputs, at 8 steps.
    const text = said(inText('linear(2', 'lin|ear(2'))
    expect(text).toContain('`784` to `40`')
    expect(text).toContain('31,360 weights')
    expect(text).toContain(`${(784 * 40 * 8).toLocaleString('en')} MACs over 8 steps`)
  })

  it('adds up repeated layers and those of a network that is a layer', () => {
    const network =
      'network mlp {\n    layers = conv(4) -> repeat(2) { conv(4) -> slow } -> sew_block(4) -> flatten -> linear(10) -> rate\n  }'
    const text = around('').replace(/network mlp \{[^}]*\}/, network)
    // Two convolutions of 3 x 3, 4 channels to 4, each.
    expect(said(text.replace('{ conv', '{ co|nv'))).toContain('2 layers, `4 x 28 x 28` to `4 x 28 x 28`; 288 weights')
    expect(said(text.replace('-> sew_', '-> se|w_'))).toMatch(/`4 x 28 x 28` to `4 x 28 x 28`; .*; 288 weights/)
  })

  it.each([
    ['a unit', inText('5 epochs', '5 epo|chs'), 'a number of epochs'],
    ['a base', inText(': minimax', ': mini|max'), 'minimax optimisation'],
    ['a keyword', inText('then', 'th|en'), 'the next node'],
    ['a kind', inText('train {', 'tr|ain {'), 'How the dense network is trained'],
    ['a form', inText('duration', 'optimizer = ad|am\n    duration'), 'Adam'],
    ['a parameter', inText('duration', 'optimizer = adam(l|r = 1e-3)\n    duration'), 'learning rate'],
    ['a figure', around('sweep {\n  require mlp.ma|cs <= 2 M\n}'), 'multiply-accumulates'],
    ['a data set', inText(': fashion', ': fa|shion'), 'shape   = [28, 28]'],
    ['the paper of a data set', inText(': fashion_mini', ': mn|ist'), 'LeCun'],
    ['what the data of an experiment are', inText('dataset', 'data|set'), 'train = 6000'],
  ])('%s', (_, marked, expected) => expect(said(marked)).toContain(expected))

  it('works where the rest of the file is broken', () => {
    const { analysis, offset } = mark('snnx 1\nexperiment a {\n  train {\n    lo|ss = = (\n  sweep { in in\n')
    const found = hover(analysis, offset)!
    expect(cut(analysis, found.span)).toBe('loss')
    expect(found.text).toContain('what is minimised')
  })

  it('says nothing of signs, numbers and comments', () => {
    expect(said(inText('duration =', 'duration |='))).toBe('')
    expect(said(`# a| comment\n${around('')}`)).toBe('')
  })
})
