import { describe, expect, it } from 'vitest'
import { define, prepareRename, references, rename } from '../../src/editor/index.ts'
import { around, cut, mark } from './marked.ts'

const SWEEP =
  'sweep {\n  slow.tau in [2 steps, 3 steps]\n  mlp.width in [20, 30]\n  when compress == minimax {\n    mlp.steps in [4, 8]\n  }\n}'
const text = around(SWEEP)
/** The cursor inside the nth occurrence of a word. */
const on = (word: string, nth = 1, whole = text) => {
  let at = -1
  for (let count = 0; count < nth; count++) at = whole.indexOf(word, at + 1)
  return mark(`${whole.slice(0, at + 1)}|${whole.slice(at + 1)}`)
}
const lineOf = (whole: string, offset: number) => whole.slice(0, offset).split('\n').length
const lines = (word: string, nth = 1) => {
  const { analysis, offset } = on(word, nth)
  return references(analysis, offset, true).map(({ start }) => lineOf(text, start))
}
const line = (part: string) => lineOf(text, text.indexOf(part))

describe('definition', () => {
  it.each([
    ['slow', 2, 'neuron slow'],
    ['width', 2, 'width  ='],
    ['slow.tau', 1, 'neuron slow'],
    ['tau in', 1, 'tau = 4'],
    ['mlp.width', 1, 'network mlp'],
    ['width in', 1, 'width  ='],
    ['compress ==', 1, 'compress :'],
  ])('of %s (%i)', (word, nth, expected) => {
    const { analysis, offset } = on(word, nth)
    const place = define(analysis, offset)!
    expect(place.source).toBeNull()
    expect(lineOf(text, place.span.start)).toBe(line(expected))
  })

  it('leads into std', () => {
    const { analysis, offset } = mark(around('network b {\n  layers = sew_bl|ock(3) -> rate\n}'))
    const { source, span } = define(analysis, offset)!
    expect(source!.name).toBe('std/networks.snnx')
    expect(source!.text.slice(span.start, span.end)).toBe('sew_block')
  })

  it('leads to a data set of std', () => {
    const { analysis, offset } = mark(around('').replace('fashion_mini', 'fashion|_mini'))
    const { source, span } = define(analysis, offset)!
    expect(source!.name).toBe('std/datasets.snnx')
    expect(source!.text.slice(span.start)).toMatch(/^fashion_mini : idx/)
  })

  it('of a key that is not written is the block', () => {
    const { analysis, offset } = on('steps in')
    expect(cut(analysis, define(analysis, offset)!.span)).toBe('mlp')
  })

  it('of what only the language knows is nowhere', () => {
    const { analysis, offset } = on('linear')
    expect(define(analysis, offset)).toBeNull()
  })
})

describe('references', () => {
  it('are all words for the same, wherever the cursor is', () => {
    const expected = [line('neuron slow'), line('layers'), line('layers'), line('slow.tau')]
    for (const nth of [1, 2, 3, 4]) expect(lines('slow', nth)).toEqual(expected)
    expect(lines('width')).toEqual([line('width  ='), line('layers'), line('mlp.width')])
    expect(lines('compress')).toEqual([line('compress :'), line('when')])
  })

  it('go on in a broken file', () => {
    const { analysis, offsets } = mark(
      'snnx 1\nexperiment a {\n  neuron |c : lif {\n    tau = = \n  network n {\n    layers = c = )\n  sweep { c.tau',
    )
    expect(references(analysis, offsets[0]!, false).map((span) => cut(analysis, span))).toEqual(['c', 'c'])
  })
})

describe('rename', () => {
  const renamed = (word: string, name: string, nth = 1, whole = text) => {
    const { analysis, offset } = on(word, nth, whole)
    const edits = rename(analysis, offset, name)
    if ('refused' in edits) return edits.refused
    let result = whole
    for (const edit of edits.toReversed()) result = result.slice(0, edit.start) + edit.text + result.slice(edit.end)
    return result
  }

  it('changes all and nothing else', () => {
    expect(renamed('slow', 'lazy')).toBe(text.replaceAll('slow', 'lazy'))
    expect(renamed('width', 'outputs', 2)).toBe(text.replaceAll('width', 'outputs'))
    expect(renamed('mlp', 'net')).toBe(text.replaceAll('mlp', 'net'))
  })

  it('leaves the meaning as it is', () => {
    const changed = renamed('slow', 'lazy')
    const meaning = (whole: string) =>
      JSON.stringify(mark(whole).analysis.compiled.experiment!.jobs.map(({ job }) => job))
    expect(meaning(changed).replaceAll('lazy', 'slow').replaceAll('variant', '')).toBe(meaning(text))
  })

  it.each([
    ['a key', 'duration', 'x', '`duration` is a word of the language'],
    ['a kind', 'train', 'x', '`train` is a word of the language'],
    ['a layer', 'flatten', 'x', '`flatten` is a word of the language'],
    ['a keyword', 'then', 'x', '`then` is a word of the language'],
    ['a name of std', 'resnet_stem', 'x', '`resnet_stem` is declared in std/networks.snnx'],
    ['a name that is there', 'slow', 'mlp', 'there is a `mlp` already'],
    ['a name of the language', 'slow', 'conv', '`conv` is a word of the language'],
    ['no name', 'slow', 'Slow Cell', '`Slow Cell` is no name: names are snake_case'],
    ['a key of networks', 'width', 'steps', 'there is a `steps` already'],
  ])('refuses %s', (_, word, name, expected) => {
    const whole = around('network b {\n  layers = resnet_stem -> rate\n}')
    expect(renamed(word, name, 1, whole)).toBe(expected)
  })

  it('refuses a neuron that networks of std find by its name', () => {
    const whole = around('neuron cell : lif { }\nnetwork b {\n  layers = resnet_stem -> rate\n}')
    expect(renamed('cell', 'other', 1, whole)).toContain('stands for the one of std')
    expect(renamed('cell', 'other', 1, around('neuron cell : lif { }'))).toContain('neuron other')
  })

  it('can be asked beforehand', () => {
    const { analysis, offset } = on('slow', 2)
    const found = prepareRename(analysis, offset)
    expect(found).toMatchObject({ text: 'slow' })
    expect(prepareRename(analysis, text.indexOf('flatten'))).toHaveProperty('refused')
  })
})
