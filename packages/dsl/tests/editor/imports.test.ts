import { describe, expect, it } from 'vitest'
import { Analysis, complete, define, highlight, hover, importOf, rename } from '../../src/editor/index.ts'
import { cut } from './marked.ts'

const FILES: Readonly<Record<string, string>> = {
  'parts.snnx': `snnx 1
from "cells.snnx" use slow as cell

/// A block with a neuron of its own.
network block {
  width  = 8
  layers = linear(width) -> cell
}

device board {
  size <= 1 MB
}
`,
  'cells.snnx':
    'snnx 1\n\n/// Forgets slowly.\nneuron slow : lif { tau = 9 steps }\nneuron other : slow { threshold = 2 }\n',
  'circle.snnx': 'snnx 1\nfrom "circle.snnx" use ring\nnetwork ring { layers = rate }\n',
}
const TEXT = `snnx 1
from "parts.snnx" use block as part
from "parts.snnx" use board
from "cells.snnx" use other

dataset own : fashion_mini { batch = 32 }

experiment a {
  dataset : own { }
  network mlp {
    layers = flatten -> part(20) -> other -> linear(10) -> cell -> rate
  }
  train { duration = 5 epochs }
  compress : minimax {
    size <= 500 kB
    fits  = board
  }
}
`
const host = {
  resolve: (path: string) => (path in FILES ? { name: path, text: FILES[path]! } : null),
}
const analyse = (text: string) => new Analysis({ name: 'a.snnx', text }, host)
const analysis = analyse(TEXT)
const at = (part: string, nth = 0) =>
  TEXT.split(part)
    .slice(0, nth + 1)
    .join(part).length + 1

describe('names of other files', () => {
  it('are known, and the text has no mistake', () => {
    expect(analysis.compiled.diagnostics).toEqual([])
    expect(highlight(analysis).filter(({ role }) => role === 'unknown')).toEqual([])
  })

  it.each([
    ['part(20)', 'parts.snnx', 'block'],
    ['block as', 'parts.snnx', 'block'],
    ['board\n  }', 'parts.snnx', 'board'],
    ['other ->', 'cells.snnx', 'other'],
  ])('%s is declared in %s', (part, file, name) => {
    const { source, span } = define(analysis, at(part))!
    expect(source!.name).toBe(file)
    expect(source!.text.slice(span.start, span.end)).toBe(name)
  })

  it('are declared outside the experiment, too', () => {
    const { source, span } = define(analysis, at('own { }'))!
    expect([source, cut(analysis, span)]).toEqual([null, 'own'])
    const edits = rename(analysis, at('own { }'), 'mine')
    expect(edits).toHaveLength(2)
  })

  it('lead to the file', () => expect(define(analysis, at('"cells'))!.source!.name).toBe('cells.snnx'))

  it('have their documentation and their cost', () => {
    const text = hover(analysis, at('part(20)'))!.text
    expect(text).toContain('A block with a neuron of its own.')
    expect(text).toContain('`784` to `20`; 20 neurons; 15,680 weights')
  })

  it('can be completed', () => {
    const labels = (text: string, offset: number) => complete(analyse(text), offset).map(({ label }) => label)
    const used = 'snnx 1\nfrom "parts.snnx" use '
    expect(labels(used, used.length)).toEqual(['block', 'board'])
    expect(labels(TEXT, at('part(20)') - 1)).toEqual(expect.arrayContaining(['part', 'other', 'linear']))
    expect(labels(TEXT, at('board\n  }') - 1)).toEqual(expect.arrayContaining(['board']))
    expect(labels(TEXT, at('own { }') - 1)).toEqual(expect.arrayContaining(['own', 'mnist']))
    expect(labels(TEXT, at('20)') - 1)).toEqual(expect.arrayContaining(['width']))
  })

  it('are refused for renaming', () =>
    expect(rename(analysis, at('part(20)'), 'x')).toEqual({ refused: '`part` is declared in parts.snnx' }))

  it('cost nothing where files are missing or go round in a circle', () => {
    for (const file of ['nowhere.snnx', 'circle.snnx']) {
      const text = `snnx 1\nfrom "${file}" use ring\n`
      expect(highlight(analyse(text)).map(({ role }) => role)).toContain('text')
      expect(importOf(analyse(text), 'circle.snnx')).not.toBeNull()
    }
  })
})
