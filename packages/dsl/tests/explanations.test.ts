import { describe, expect, it } from 'vitest'
import { type Code, compile, EXPLANATIONS, type Explanation } from '../src/index.ts'
import { memoryHost } from './folder.ts'

const HEADS: Readonly<Record<string, string>> = {
  dataset: 'dataset : fashion_mini',
  neuron: 'neuron cell : lif',
  network: 'network mlp',
  train: 'train',
  compress: 'compress : minimax',
  sweep: 'sweep',
  report: 'report',
}
/** What a block needs, unless the example says it. */
const NEEDED: Readonly<Record<string, readonly [key: string, rest: string]>> = {
  network: ['layers', '= flatten -> linear(20) -> cell -> linear(10) -> cell -> rate'],
  train: ['duration', '= 5 epochs'],
  compress: ['connectivity', '<= 25 %'],
}

function blockOf(kind: string, inside = ''): string {
  const needed = NEEDED[kind]
  const lacking = needed !== undefined && !new RegExp(`^${needed[0]}\\b`, 'm').test(inside)
  return `${HEADS[kind]} {\n${inside}\n${lacking ? needed.join(' ') : ''}\n}\n`
}

const BLOCKS = ['dataset', 'neuron', 'network', 'train', 'compress']

/** The blocks of a sound experiment with those replaced that stand in `given`. */
function experimentOf(given: string, kinds = new Set([...given.matchAll(/^(\w+)/gm)].map(([kind]) => kind))): string {
  const rest = BLOCKS.filter((kind) => !kinds.has(kind)).map((kind) => blockOf(kind))
  return `experiment a {\n${given}\n${rest.join('')}}\n`
}

/** A whole file around an example; `{ ... }` stands for what a sound block holds. */
function fileOf(snippet: string, place: Explanation['place']): string {
  const whole = snippet
    .replace(/experiment a \{ \.\.\. \}/, experimentOf(''))
    .replaceAll(/(\w+) \{ \.\.\. \}/g, (_, kind: string) => blockOf(kind))
  if (place === 'file') return `${whole}\n`
  if (place === 'top') return `snnx 1\n${whole}\n${experimentOf('')}`
  if (place === 'experiment') return `snnx 1\n${experimentOf(whole)}`
  return `snnx 1\n${experimentOf(blockOf(place, whole), new Set([place]))}`
}

const host = memoryHost(
  (name) =>
    ({
      'neurons.snnx': 'snnx 1\nneuron slow : lif { tau = 5 steps }\n',
      'b.snnx': '',
      'a.snnx': 'snnx 1\nfrom "b.snnx" use other\nneuron slow : lif { }\n',
    })[name] ?? null,
)
const codesOf = (snippet: string, place: Explanation['place']) =>
  compile({ name: 'b.snnx', text: fileOf(snippet, place) }, host).diagnostics.map(({ code }) => code)

/** More than 200 mistakes of other kinds come before it; and what is on this machine only the program around it knows. */
const OTHERWISE: readonly Code[] = ['SNX0110', 'SNX0318', 'SNX0319']
const explanations = Object.entries(EXPLANATIONS).filter(([code]) => !OTHERWISE.includes(code as Code))

describe('the examples of `snnx explain` are true', () => {
  it.each(explanations)('%s', (code, { example, fix, place }) => {
    expect(codesOf(example, place)).toEqual([code])
    expect(codesOf(fix, place)).toEqual([])
  })

  it('SNX0110', () => {
    const { example, fix } = EXPLANATIONS.SNX0110
    expect(codesOf(`${example}\n`.repeat(300), 'file').at(-1)).toBe('SNX0110')
    expect(codesOf(fix, 'file')).toEqual([])
  })
})
