import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BadInput, Project } from './case.ts'

const check = ['check', 'tiny/tiny.snnx']
const run = ['run', 'tiny/tiny.snnx']

/** A change of the spec, as `sed` would make it; the text must be there. */
const edit =
  (from: string, to: string) =>
  ({ spec }: Project) => {
    const text = readFileSync(spec, 'utf8')
    if (!text.includes(from)) throw new Error(`the spec has no ${JSON.stringify(from)}`)
    writeFileSync(spec, text.replace(from, to))
  }
const whole =
  (content: string | Uint8Array) =>
  ({ spec }: Project) =>
    writeFileSync(spec, content)

type Line = [name: string, spoil: BadInput['spoil'], code: string, exit?: number]

const TEXTS: Line[] = [
  ['an empty spec', whole(''), 'SNX0106'],
  ['a spec of comments', whole('# nothing\n'), 'SNX0106'],
  ['a version and no more', whole('snnx 1\n'), 'SNX0106'],
  ['a spec from the future', edit('snnx 1', 'snnx 99'), 'SNX0105'],
  ['binary data', whole(Uint8Array.from({ length: 4096 }, (_, index) => (index * 37) & 255)), 'SNX0101'],
  ['NUL characters', edit('batch ', '\0batch '), 'SNX0101'],
  ['UTF-16', whole(Buffer.from('\ufeffsnnx 1\n', 'utf16le')), 'SNX0101'],
  ['a missing brace', edit('  train {', '  train'), 'SNX0102'],
  ['a brace too few', ({ spec }) => writeFileSync(spec, readFileSync(spec, 'utf8').trimEnd().slice(0, -1)), 'SNX0103'],
  ['a value forgotten', edit('batch      = 64', 'batch      ='), 'SNX0102'],
  ['brackets without end', edit('[minimax, magnitude]', '['.repeat(5000)), 'SNX0107'],
  ['YAML', whole('experiment:\n  name: tiny\n'), 'SNX0102'],
  ['JSON', whole('{"experiment": {"name": "tiny"}}\n'), 'SNX0102'],
]

const VALUES: Line[] = [
  ['a time without unit', edit('tau       = 2 steps', 'tau       = 2'), 'SNX0203'],
  ['a time in percent', edit('tau       = 2 steps', 'tau       = 2 %'), 'SNX0204'],
  ['a unit nobody knows', edit('tau       = 2 steps', 'tau       = 2 fortnights'), 'SNX0202'],
  ['a negative threshold', edit('threshold = 1.0', 'threshold = -1.0'), 'SNX0205'],
  ['half an epoch of dense training', edit('duration  = 2 epochs', 'duration  = 2.5 epochs'), 'SNX0206'],
  ['an unknown word', edit('reset     = zero', 'reset     = one'), 'SNX0207'],
  ['a word for a number', edit('batch      = 64', 'batch      = many'), 'SNX0201'],
  ['all of the data for validation', edit('10 %', '100 %'), 'SNX0205'],
  ['a misspelt key', edit('threshold', 'treshold'), 'SNX0301'],
  ['a key twice', edit('batch      = 64', 'batch      = 64\n    batch      = 32'), 'SNX0302'],
  ['an unknown block', edit('train {', 'trian {'), 'SNX0303'],
  ['an unknown neuron', edit('linear(16) -> cell', 'linear(16) -> sell'), 'SNX0305'],
  ['two networks of one name', edit('  train {', '  network mlp { layers = flatten -> rate }\n\n  train {'), 'SNX0306'],
  ['no length of training', edit('    duration  = 2 epochs\n', ''), 'SNX0307'],
  ['no data', edit('dataset : fashion_mini', 'neuron other : lif'), 'SNX0301'],
  ['data nobody knows', edit('fashion_mini', 'fashion_maxi'), 'SNX0309'],
  ['a bound for a value', edit('connectivity <= 25 %', 'connectivity = 25 %'), 'SNX0313'],
  ['a sweep over nothing', edit('[minimax, magnitude]', '[]'), 'SNX0403'],
  ['a sweep of an unknown address', edit('compress in', 'compres in'), 'SNX0401'],
  ['a sweep that is too large', edit('compress in [minimax, magnitude]', 'repeat seed in 1 .. 100000000'), 'SNX0406'],
  ['11 outputs for 10 classes', edit('linear(10)', 'linear(11)'), 'SNX0501'],
  ['no read-out', edit(' -> rate', ''), 'SNX0501'],
  ['a bound that leaves nothing', edit('25 % then 5 %', '0.0001 %'), 'SNX0502'],
  ['nodes that ascend', edit('25 % then 5 %', '5 % then 25 %'), 'SNX0503'],
  ['everything protected', edit('span ', 'protect = [first, last]\n    span '), 'SNX0504'],
]

const FILES: Line[] = [
  ['no such spec', ({ spec }) => rmSync(spec), 'SNX1014', 5],
  [
    'a folder for a spec',
    ({ spec }) => {
      rmSync(spec)
      mkdirSync(spec)
    },
    'SNX1015',
    5,
  ],
  ['a spec of two megabytes', whole(' '.repeat(2_000_000)), 'SNX1035', 2],
  [
    'a link that leads to itself',
    ({ spec }) => {
      rmSync(spec)
      symlinkSync(spec, spec)
    },
    'SNX1015',
    5,
  ],
  [
    'a file for the folder',
    ({ tiny }) => {
      rmSync(tiny, { recursive: true })
      writeFileSync(tiny, '')
    },
    'SNX1015',
    5,
  ],
]

const described = (command: string[], lines: Line[]): BadInput[] =>
  lines.map(([name, spoil, code, exit = 3]) => ({ name, state: 'fresh', spoil, command, code, exit }))

/** Bad specs: each is refused by `check`, and a few of each kind by `plan` and `run` too. */
export const SPECS: BadInput[] = [
  ...described(check, [...TEXTS, ...VALUES, ...FILES]),
  ...described(['plan', 'tiny/tiny.snnx'], [TEXTS[4]!, VALUES[20]!, FILES[0]!]),
  ...described(run, [TEXTS[0]!, VALUES[8]!, VALUES[21]!, FILES[0]!, FILES[3]!]),
  {
    name: 'a backend that is not there',
    state: 'fresh',
    spoil: edit('loss      = mse', 'loss      = mse\n    backend   = tensorflow'),
    command: run,
    code: 'SNX1001',
    exit: 6,
  },
  {
    name: 'a state folder that is a file',
    state: 'fresh',
    spoil: ({ folder }) => writeFileSync(join(folder, 'state'), 'mine'),
    command: [...run, '--state', 'state'],
    code: 'SNX1015',
    exit: 5,
  },
  {
    name: 'results that are a file',
    state: 'fresh',
    spoil: ({ tiny }) => writeFileSync(join(tiny, 'results'), 'mine'),
    command: run,
    code: 'SNX1015',
    exit: 5,
  },
]
