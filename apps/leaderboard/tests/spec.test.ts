import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { colourSpec } from '../src/format/spec.ts'

const root = new URL('../../../', import.meta.url)
const FILES = globSync('experiments/*/*.snnx', { cwd: root })

describe('a spec in colour', () => {
  it.each(FILES)('is still the text of %s', (file) => {
    const text = readFileSync(new URL(file, root), 'utf8')
    expect(
      colourSpec(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  })

  it('has colours by what words mean', () => {
    const pieces = colourSpec('snnx 1\n# a remark\nexperiment a {\n  train { loss = mse, duration = 5 epochs }\n')
    const found = pieces.flatMap(({ text, colour }) => (colour === null ? [] : [`${text} ${colour}`]))
    const train = ['train word', 'mse value', '5 number', 'epochs number']
    expect(found).toEqual(['snnx word', '1 number', '# a remark remark', 'experiment word', 'a name', ...train])
  })

  it('tells names that are declared from those of std and those that are used', () => {
    const text = 'snnx 1\nexperiment a {\n  neuron cell : lif { }\n  network n : mlp { steps = 2 }\n  cell.tau\n}\n'
    const colourOf = (word: string) => colourSpec(text).find((piece) => piece.text === word)?.colour
    expect(['cell', 'n', 'mlp', 'lif'].map(colourOf)).toEqual(['name', 'name', 'value', 'value'])
  })

  it('is text where it is not a spec', () =>
    expect(
      colourSpec('<b>{')
        .map(({ text }) => text)
        .join(''),
    ).toBe('<b>{'))
})
