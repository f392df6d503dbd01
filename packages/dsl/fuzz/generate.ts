import { CORPUS, WORDS } from './corpus.ts'
import type { Random } from './random.ts'

/** Any characters, most of them ASCII. */
function characters(random: Random): string {
  const limit = random.pick([128, 128, 256, 0x10000])
  return String.fromCharCode(...Array.from({ length: random.below(200) }, () => random.below(limit)))
}

function words(random: Random): string {
  const separator = random.pick([' ', ' ', '', '\n'])
  const text = Array.from({ length: random.below(120) }, () => random.pick(WORDS)).join(separator)
  return random.below(2) === 0 ? text : `snnx 1\nexperiment a {\n${text}\n}\n`
}

/** A valid or invalid text with some changes: stretches gone, doubled, moved, replaced; lines of another text put in. */
function mutated(random: Random): string {
  let text = random.pick(CORPUS)
  for (let edits = 1 + random.below(6); edits > 0; edits--) text = edit(text, random)
  return text
}

function edit(text: string, random: Random): string {
  const start = random.below(text.length + 1)
  const end = Math.min(text.length, start + random.below(30))
  const replace = (by: string) => text.slice(0, start) + by + text.slice(end)
  const [number, line] = [/[0-9][0-9.e+-]*/g, /[^\n]+\n?/g].map((pattern) => {
    const found = [...text.matchAll(pattern)]
    return found.length === 0 ? null : random.pick(found)
  })
  switch (random.below(9)) {
    case 0:
      return replace('')
    case 1:
      return replace(random.pick(WORDS))
    case 2:
      return replace(` ${random.pick(WORDS)} ${random.pick(WORDS)} `)
    case 3:
      return replace(text.slice(start, end).repeat(2))
    case 4:
      return replace(random.pick(random.pick(CORPUS).split('\n')))
    case 5:
      return replace(characters(random).slice(0, 3))
    case 6:
      return number === null
        ? text
        : text.slice(0, number.index) + oddNumber(random) + text.slice(number.index + number[0].length)
    case 7:
      return line === null ? text : text.slice(0, line.index) + text.slice(line.index + line[0].length)
    default:
      return line === null
        ? text
        : text.slice(0, line.index) + line[0].repeat(2 + random.below(3)) + text.slice(line.index + line[0].length)
  }
}

function oddNumber(random: Random): string {
  return random.pick(['0', '1', '-1', '1000', '10000', '100001', '1e12', '1e300', '1e999', '0.5', '1e-9', '4294967296'])
}

function truncated(random: Random): string {
  const text = random.pick(CORPUS)
  return text.slice(random.below(3) === 0 ? random.below(text.length + 1) : 0, random.below(text.length + 1))
}

/** The same piece very often, within itself or after itself. */
function repeated(random: Random): string {
  const piece = random.pick([
    ...WORDS,
    'a(',
    'a = ',
    '[',
    '{',
    'residual(add) {',
    'repeat(2) {',
    'when a == b {',
    'a -> ',
  ])
  const length = random.pick([100, 1_000, 10_000])
  const text = `${piece}${random.pick(['', ' ', '\n'])}`.repeat(length)
  return random.below(2) === 0 ? text : `snnx 1\nexperiment a { network b { layers = ${text} } }\n`
}

/** Many blocks that refer to each other at random: bases, layers and numbers go in circles, are missing, or multiply. */
function entangled(random: Random): string {
  const count = 2 + random.below(random.pick([6, 30, 300]))
  const name = () => `n${random.below(count + 1)}`
  const layer = () =>
    random.pick([
      name(),
      `${name()}(${random.pick(['2', 'width', '8 * width', 'width = 3', name()])})`,
      `repeat(${oddNumber(random)}) { ${name()} }`,
      `residual(add) { ${name()} }`,
      'cell',
      'flatten',
      `linear(${random.pick(['10', 'width', oddNumber(random)])})`,
      `conv(width, kernel = ${oddNumber(random)})`,
      'norm',
      'rate',
    ])
  const block = (number: number) =>
    random.below(3) === 0
      ? `neuron n${number} : ${random.pick(['lif', 'if', 'plif', name()])} { ${random.pick(['', 'tau = 4 steps', 'threshold = 2'])} }`
      : `network n${number} ${random.below(4) === 0 ? `: ${name()} ` : ''}{\n width = ${random.pick(['4', oddNumber(random)])}\n layers = ${Array.from({ length: 1 + random.below(6) }, layer).join(' -> ')}\n}`
  const address = () =>
    `${name()}${random.pick(['', '.width', '.tau', '.steps', '.layers', '.threshold', '.parameters', '.surrogate.alpha'])}`
  const domain = () =>
    random.pick([
      `[${name()}, ${name()}]`,
      '[2, 4, 8]',
      `1 .. ${oddNumber(random)}`,
      `1 steps .. ${oddNumber(random)} steps`,
      '1 .. 100 log 3',
    ])
  const sweeps = Array.from({ length: random.below(8) }, () => {
    const sweep = `${address()} in ${domain()}`
    return random.pick([
      sweep,
      sweep,
      `when ${address()} == ${name()} { ${sweep} }`,
      `zip { ${sweep}, ${address()} in ${domain()} }`,
      `require ${address()} <= ${oddNumber(random)}`,
    ])
  })
  return `snnx 1
experiment a {
 dataset : ${random.pick(['mnist', 'cifar10', 'fashion_mini'])} { }
 ${Array.from({ length: count }, (_, number) => block(number)).join('\n ')}
 train { duration = 2 epochs }
 sweep {
  ${sweeps.join('\n  ')}
 }
}
`
}

/** The kinds of texts, each from a random generator. */
export const GENERATORS: Readonly<Record<string, (random: Random) => string>> = {
  characters,
  words,
  mutated,
  truncated,
  repeated,
  entangled,
}
