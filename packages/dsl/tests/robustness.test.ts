import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { survive } from '../fuzz/survive.ts'
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

const words = [
  ...new Set(`${example}${layered}`.match(/[A-Za-z_]+|[0-9.e-]+|\S/g)),
  ...['when', 'zip', 'require', 'from', 'use', 'repeat', 'then', '"', '..', '==', '!=', '<=', '>=', '1e999', '-1', '0'],
  ...['constructor', '__proto__', 'toString', 'linear', 'plif', 'step', 'log', '\n', '\r\n', '\t', '\u0000', 'é', '🧠'],
]
/** A valid experiment with a network, blocks beside it, and a sweep. */
const withSweep = (sweep: string, blocks = '', layers = 'flatten -> linear(10) -> cell -> rate') =>
  `snnx 1\nexperiment a {\ndataset : mnist { }\nneuron cell : lif { }\n${blocks}\nnetwork net { layers = ${layers} }\ntrain { duration = 2 epochs }\nsweep {\n${sweep}\n}\n}\n`
const withNetwork = (layers: string, blocks: string) => withSweep('', blocks, layers)
const manyNeurons = (count: number, rest = ' : lif { }') =>
  Array.from({ length: count }, (_, n) => `neuron n${n}${rest}`).join('\n')

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
    ['megabytes of valid text', example.replace('train {', `train {\n${'# a line\n'.repeat(1_100_000)}`)],
    ...['repeat(2) { ', 'residual(add) { ', '(', '[', 'a(', 'a(b = [', '8 * (', 'cell -> repeat(1) { '].map(
      (opener) => [
        `levels of \`${opener}\``,
        `snnx 1\nexperiment a { network b { layers = ${opener.repeat(10_000)}cell${' }'.repeat(10_000)} } }`,
      ],
    ),
    ...['a { ', 'when a == b { ', 'zip { ', 'sweep { ', 'experiment a { '].map((opener) => [
      `levels of \`${opener}\``,
      `snnx 1\nexperiment a { sweep { ${opener.repeat(10_000)}${' }'.repeat(10_000)} } }`,
    ]),
    ['values below their keys', `snnx 1\nexperiment a {\n train {\n${'loss =\nmse\n'.repeat(30_000)}}\n}`],
    ['mistakes', `snnx 1\nexperiment a {\n train {\n${'@ = =\n'.repeat(60_000)}}\n}`],
    [
      'documented blocks',
      `snnx 1\nexperiment a {\n${Array.from({ length: 12_000 }, (_, n) => `/// Said.\nneuron n${n} : lif { }`).join('\n')}\n}`,
    ],
    [
      'unknown names',
      `snnx 1\nexperiment a {\n${Array.from({ length: 12_000 }, (_, n) => `neuron n${n} : m${n} { }`).join('\n')}\n}`,
    ],
    ['unknown layers', withNetwork(Array.from({ length: 900 }, (_, n) => `m${n}`).join(' -> '), manyNeurons(8_000))],
    [
      'long names',
      `snnx 1\nexperiment a {\n${Array.from({ length: 40 }, (_, n) => `neuron ${'n'.repeat(10_000)}${n} : ${'m'.repeat(1_000)}${n} { }`).join('\n')}\n}`,
    ],
    [
      'numbers of a network',
      withNetwork(
        'conv(a1) -> b(2) -> b(3)',
        `network b {\n${Array.from({ length: 8_000 }, (_, n) => `a${n} = 1`).join('\n')}\nlayers = ${Array.from({ length: 900 }, (_, n) => `conv(a${n})`).join(' -> ')} }`,
      ),
    ],
    [
      'conditions',
      withSweep(
        Array.from(
          { length: 5_000 },
          (_, n) => `when cell.tau == ${n + 1} steps { cell.threshold in [1, ${n + 2}] }`,
        ).join('\n'),
      ),
    ],
    [
      'conditional keys',
      withSweep(
        'repeat seed in 0 .. 9999',
        `neuron other : lif {\n${Array.from({ length: 4_000 }, (_, n) => `when cell.tau == ${n + 1} steps { threshold = ${n + 1} }`).join('\n')}\n}`,
      ),
    ],
    [
      'pairs',
      withSweep(
        `zip {\n${Array.from({ length: 3_000 }, (_, n) => `n${n}.tau in [2 steps, 3 steps]`).join('\n')}\n}`,
        manyNeurons(3_000),
      ),
    ],
    [
      'jobs',
      withSweep(
        `cell.tau in 1 steps .. 10000 steps\ncell.threshold in 1 .. 10000\nrepeat seed in 0 .. 9999\nrequire net.parameters <= 1`,
      ),
    ],
    [
      'jobs of many layers',
      withSweep(
        'cell.tau in 1 steps .. 10000 steps',
        '',
        'flatten -> repeat(400) { linear(8) -> cell } -> linear(10) -> cell -> rate',
      ),
    ],
    [
      'jobs under conditions',
      withSweep(
        `cell.tau in 1 steps .. 500 steps\nwhen cell.tau == 500 steps { repeat seed in 0 .. 9999 }\nwhen cell.tau <= 400 steps { cell.threshold in 1 .. 500 }`,
      ),
    ],
    [
      'wrong jobs',
      withSweep(
        'cell.tau in 1 steps .. 9000 steps',
        manyNeurons(2_000, ' : plif { tau = 1 steps }'),
        Array.from({ length: 500 }, (_, n) => `n${n}`).join(' -> '),
      ),
    ],
    [
      'networks with odd names',
      `snnx 1\nexperiment a {\n${['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'layers', 'width', 'seed', 'cell', 'rate', 'sweep', 'NaN', '_', 'A'].map((name) => `network ${name} : ${name} { ${name} = ${name}, layers = ${name} -> ${name}(${name}) }`).join('\n')}\n}`,
    ],
  ])('very many %s', (_, text) => {
    survive(text)
  })
})
