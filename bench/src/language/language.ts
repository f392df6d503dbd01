/**
 * The language, timed: parse, and parse + check (with all jobs worked out), beside langium's parser on the same text; and
 * how long `snnx check` takes from a cold start. Writes `results/language.json` and `results/language.md`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, parse } from '@snnx/dsl'
import { describeMachine } from '../machine.ts'
import { median } from '../statistic.ts'
import { createPeer } from './peer.ts'
import { textOf } from './texts.ts'

const ROUNDS = 15
/** What is timed is run this long before, until it is compiled as it will be. */
const WARM_UP_MS = 1_500
const root = join(import.meta.dirname, '../../..')

/** The median of some rounds, in milliseconds. */
function time(work: () => void): number {
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end; ) work()
  return median(
    Array.from({ length: ROUNDS }, () => {
      const start = performance.now()
      work()
      return performance.now() - start
    }),
  )
}

function fail(what: string): never {
  throw new Error(`${what}: the figures would be of something else`)
}

const parsePeer = await createPeer()
const rows: { case: string; metric: string; unit: 'ms'; ours: number; peer: number | null; ratio: number | null }[] = []
const put = (name: string, metric: string, ours: number, peer: number | null) => {
  const round = (value: number) => Number(value.toPrecision(3))
  rows.push({
    case: name,
    metric,
    unit: 'ms',
    ours: round(ours),
    peer: peer === null ? null : round(peer),
    ratio: peer === null ? null : round(ours / peer),
  })
}
for (const lines of [0, 2_000, 10_000]) {
  const text = textOf(lines)
  const name = `${text.split('\n').length.toLocaleString('en')} lines`
  const source = { name: 'bench.snnx', text }
  if (compile(source).experiment === null) fail('our compiler refuses the text')
  if (parsePeer(text) > 0) fail("langium's parser refuses the text")
  const peer = time(() => parsePeer(text))
  const parsed = time(() => parse(text))
  const checked = time(() => compile(source))
  put(name, 'parse', parsed, peer)
  put(name, 'parse and check', checked, null)
}

const command = [
  join(root, 'packages/runner/bin/snnx.mjs'),
  'check',
  join(root, 'experiments/fashion_mlp/fashion_mlp.snnx'),
]
const started = time(() => {
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (status !== 0) fail(stderr)
})
const bare = time(() => spawnSync(process.execPath, ['-e', '0']))
put('snnx check', 'cold start', started, null)
put('node -e 0', 'cold start', bare, null)

const results = join(import.meta.dirname, '../../results')
mkdirSync(results, { recursive: true })
const machine = describeMachine()
writeFileSync(join(results, 'language.json'), `${JSON.stringify({ machine, rows }, null, 2)}\n`)
const table = [
  '# The language',
  '',
  `${machine.cpu}, ${machine.cores} cores, ${machine.os}, Node ${machine.node}. Medians of ${ROUNDS} rounds after a warm-up, in milliseconds.`,
  "The peer is langium's parser of a smaller language, on the same text; it checks nothing.",
  '',
  '| case | metric | ours | peer | ours / peer |',
  '|---|---|---:|---:|---:|',
  ...rows.map((row) => `| ${row.case} | ${row.metric} | ${row.ours} | ${row.peer ?? '–'} | ${row.ratio ?? '–'} |`),
]
writeFileSync(join(results, 'language.md'), `${table.join('\n')}\n`)
console.log(table.join('\n'))
