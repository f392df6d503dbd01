import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATASETS, ExperimentSchema } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, hasErrors, renderDiagnostic } from '../src/index.ts'
import { MAX_LENGTH } from '../src/limits.ts'

const root = join(import.meta.dirname, '../../..')
const example = readFileSync(join(root, 'experiments/fashion_mlp/fashion_mlp.snnx'), 'utf8')
/** Everything that layers can be, on colour images. */
const layered = `snnx 1
experiment layered {
  dataset : cifar10 { augment = [crop(4 px), flip] }
  network block {
    width  = 8
    layers = residual(add) { conv(width) -> norm -> cell } shortcut { conv(width, kernel = 1) }
  }
  network net {
    width  = 4
    layers = conv(width) -> repeat(2) {
      block(2 * width) -> cell
    } -> max_pool(2) -> global_pool -> flatten -> dropout(50 %) -> linear(20) -> cell -> vote(10) -> rate
  }
  train { duration = 5 epochs }
  sweep { net.width in [4, 8], block.width in 1 .. 3 }
}
`
const many = readFileSync(join(import.meta.dirname, 'diagnostics/many_mistakes.snnx'), 'utf8')

/** Compiles, and holds what must hold of every text: a valid experiment or an error, drawn where it lies in the text. */
function survive(text: string): void {
  const source = { name: 'fuzz.snnx', text }
  const { experiment, diagnostics } = compile(source, { datasets: DATASETS })
  expect(experiment === null).toBe(hasErrors(diagnostics))
  if (experiment !== null) ExperimentSchema.parse(experiment)
  for (const diagnostic of diagnostics) {
    const { span, causes } = diagnostic
    for (const { start, end } of [span, ...causes.map((cause) => cause.span)]) {
      expect(0 <= start && start <= end && end <= text.length).toBe(true)
    }
    expect(renderDiagnostic(diagnostic, source, { colour: false })).toContain('fuzz.snnx:')
  }
}

const words = [
  ...new Set(`${example}${layered}`.match(/[A-Za-z_]+|[0-9.e-]+|\S/g)),
  ...['when', 'zip', 'require', 'from', 'use', 'repeat', 'then', '"', '..', '==', '!=', '<=', '>=', '1e999', '-1', '0'],
  ...['constructor', '__proto__', 'toString', 'linear', 'plif', 'step', 'log', '\n', '\r\n', '\t', '\u0000', 'é', '🧠'],
]
const place = fc.nat({ max: example.length })
const runs = { numRuns: 60, seed: 20230 }

describe('no text makes the compiler throw, hang or stay silent', () => {
  it('cut off anywhere', () => {
    fc.assert(
      fc.property(place, (length) => survive(example.slice(0, length))),
      runs,
    )
  })

  it('with stretches removed, doubled, swapped or replaced by words of the language', () => {
    const edit = fc.record({ start: place, length: fc.nat({ max: 30 }), word: fc.constantFrom(...words, '') })
    fc.assert(
      fc.property(
        fc.constantFrom(example, layered, layered, many),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (text, edits) => {
          survive(
            edits.reduce(
              (now, { start, length, word }) => now.slice(0, start) + word + now.slice(start + length),
              text,
            ),
          )
        },
      ),
      { ...runs, numRuns: 300 },
    )
  })

  it('made of words of the language at random', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 80 }), (parts) => {
        survive(parts.join(' '))
        survive(`snnx 1\nexperiment a {\n${parts.join(' ')}\n}\n`)
      }),
      runs,
    )
  })

  it('made of any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        survive(text)
        survive(example.replace('2 steps', () => text))
      }),
      runs,
    )
  })

  it.each([
    ['brackets', '([{'.repeat(12_000)],
    ['closing brackets', ')]}'.repeat(12_000)],
    ['arrows', `snnx 1\nexperiment a { network b { layers = ${'cell -> '.repeat(10_000)}rate } }`],
    ['numbers', '1 '.repeat(40_000)],
    ['keys', `snnx 1\nexperiment a {\n train {\n${'loss = mse\n'.repeat(8_000)}}\n}`],
    ['blocks', `snnx 1\nexperiment a {\n${'neuron b : lif { }\n'.repeat(4_000)}}`],
    [
      'a chain of bases',
      `snnx 1\nexperiment a {\n${Array.from({ length: 3000 }, (_, n) => `neuron n${n} : n${n + 1} { }`).join('\n')}\n}`,
    ],
    [
      'networks that double each other',
      `snnx 1\nexperiment a {\ndataset : cifar10 { }\n${Array.from({ length: 50 }, (_, n) => `network n${n} { layers = n${n + 1} -> n${n + 1} }`).join('\n')}\nnetwork n50 { layers = what(1) }\ntrain { duration = 2 epochs }\n}`,
    ],
    [
      'networks in each other',
      `snnx 1\nexperiment a {\ndataset : cifar10 { }\n${Array.from({ length: 900 }, (_, n) => `network n${n} { layers = repeat(1) { n${n + 1} } }`).join('\n')}\nnetwork n900 { layers = cell }\ntrain { duration = 2 epochs }\n}`,
    ],
    [
      'repetitions',
      `snnx 1\nexperiment a {\ndataset : cifar10 { }\nnetwork n { layers = ${'repeat(1000) { '.repeat(50)}cell${' }'.repeat(50)} }\ntrain { duration = 2 epochs }\n}`,
    ],
    ['lines of layers', `snnx 1\nexperiment a {\nnetwork n { layers = repeat(2) {\n${'cell\n'.repeat(15_000)}} }\n}`],
    ['a line', `snnx 1 # ${'x'.repeat(90_000)}`],
    ['too much of everything', ' '.repeat(MAX_LENGTH + 1)],
  ])('very many %s', (_, text) => {
    const start = performance.now()
    survive(text)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
