import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Analysis,
  complete,
  costJobs,
  fixes,
  folds,
  highlight,
  hover,
  lenses,
  symbols,
} from '../../src/editor/index.ts'
import { around, cut, mark } from './marked.ts'

const root = new URL('../../../../', import.meta.url)
const FILES = globSync(['std/*.snnx', 'experiments/*/*.snnx'], { cwd: root }).sort()
const analyse = (text: string) => new Analysis({ name: 'a.snnx', text })

describe('highlighting', () => {
  it.each(FILES)('knows every word of %s', (file) => {
    const analysis = analyse(readFileSync(new URL(file, root), 'utf8'))
    const unknown = highlight(analysis).filter(({ role }) => role === 'unknown')
    expect(unknown.map(({ span }) => cut(analysis, span))).toEqual([])
  })

  it.each(FILES)('leaves nothing but space between the words of %s', (file) => {
    const analysis = analyse(readFileSync(new URL(file, root), 'utf8'))
    let end = 0
    const gaps = highlight(analysis).map(({ span }) => {
      const gap = analysis.text.slice(end, span.start)
      end = span.end
      return gap
    })
    expect(gaps.join('').replaceAll(/[\s{},]/g, '')).toBe('')
  })

  it('tells declarations and names of std', () => {
    const { analysis } = mark(around('network b {\n  layers = resnet_stem -> slow -> rate\n}'))
    const marks = highlight(analysis).filter(({ role }) => role === 'name')
    const found = marks.map(({ span, declares, library }) => [cut(analysis, span), declares, library])
    expect(found).toContainEqual(['slow', true, false])
    expect(found).toContainEqual(['resnet_stem', false, true])
  })
})

describe('folding', () => {
  it('folds blocks, rows of comments and long statements', () => {
    const { analysis } = mark(
      'snnx 1\n# one\n# two\nexperiment a {\n  network b {\n    layers = flatten\n          -> rate\n  }\n}\n',
    )
    expect(folds(analysis)).toEqual([
      { first: 2, last: 3, comment: true },
      { first: 4, last: 8, comment: false },
      { first: 5, last: 7, comment: false },
      { first: 6, last: 7, comment: false },
    ])
  })
})

describe('symbols', () => {
  it('are the blocks and their keys', () => {
    const [experiment] = symbols(mark(around('sweep {\n  zip z {\n    slow.tau in [2 steps]\n  }\n}')).analysis)
    expect(experiment!.name).toBe('a')
    const names = experiment!.children.map(({ name, detail }) => `${name} (${detail})`)
    expect(names).toEqual([
      'dataset (fashion_mini)',
      'slow (neuron slow : lif)',
      'mlp (network mlp)',
      'train ()',
      'compress (minimax)',
      'sweep ()',
    ])
    expect(experiment!.children[3]!.children.map(({ name, detail }) => `${name} ${detail}`)).toEqual([
      'duration = 5 epochs',
    ])
  })
})

describe('lenses', () => {
  it('count jobs, and dense networks that are shared once', () => {
    const { analysis } = mark(around('sweep {\n  compress in [minimax, ste]\n  repeat seed in 0 .. 1\n}'))
    const cost = costJobs(analysis.compiled.experiment!.jobs, () => 6000)
    // Two seeds: each a dense network of 5 epochs, and two methods of two nodes of 2 + 3 epochs.
    expect(cost).toMatchObject({ jobs: 6, dense: 2, epochs: 2 * 5 + 4 * 10, samples: 50 * 5400 })
    // 784 x 40 + 40 x 10 connections at 8 steps.
    expect(cost.macs).toBe(50 * 5400 * (784 * 40 + 400) * 8)
    const found = lenses(analysis)
    expect(found.map(({ span }) => cut(analysis, span))).toEqual(['experiment', 'sweep'])
    expect(found[0]!.text).toBe('6 jobs (2 dense) · 50 epochs · 270,000 training samples · 68.6 G MACs forward')
  })

  it('say nothing of a file with errors', () => expect(lenses(mark(around('sweep { x in 3 }')).analysis)).toEqual([]))
})

describe('fixes', () => {
  it('are the edits of the help', () => {
    const { analysis, offset } = mark(around('').replace('duration', 'dura|tio'))
    const [fix] = fixes(analysis, { start: offset, end: offset })
    const [edit] = fix!.edits
    const mended = analysis.text.slice(0, edit!.start) + edit!.text + analysis.text.slice(edit!.end)
    expect(mended).toBe(around(''))
    expect(fixes(analysis, { start: 0, end: 0 })).toEqual([])
  })
})

it('no query fails on a text that is cut anywhere or has something else in it', () => {
  const whole = readFileSync(new URL('experiments/fashion_mlp/fashion_mlp.snnx', root), 'utf8')
  const place = fc.nat({ max: whole.length })
  const junk = fc.constantFrom(
    '',
    '{',
    '}',
    '(',
    ']',
    '->',
    '=',
    'in [',
    '\n',
    'when ',
    ': ',
    '.',
    '"',
    '1 ',
    'layers = ',
  )
  fc.assert(
    fc.property(place, place, junk, (from, to, put) => {
      const text = whole.slice(0, Math.min(from, to)) + put + whole.slice(Math.max(from, to))
      const analysis = analyse(text)
      const offset = Math.min(from, to) + put.length
      for (const item of complete(analysis, offset)) expect(item.span.end).toBeLessThanOrEqual(text.length)
      for (const query of [highlight, folds, symbols, lenses]) query(analysis)
      hover(analysis, offset)
      let end = 0
      for (const { span } of highlight(analysis)) {
        expect(span.start).toBeGreaterThanOrEqual(end)
        end = span.end
      }
    }),
    { numRuns: 150, seed: 1 },
  )
})
