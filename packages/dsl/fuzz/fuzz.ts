/**
 * Texts at random through the whole compiler, for some minutes:
 *
 *     npm run fuzz -w @snnx/dsl -- --minutes 10 --seed 1
 *
 * Prints the seed, how many texts of each kind there were, and the slowest; of a finding the shrunk text. The exit status
 * is 1 with a finding.
 */
import { parseArgs } from 'node:util'
import { GENERATORS } from './generate.ts'
import { Random } from './random.ts'
import { shrink } from './shrink.ts'
import { survive } from './survive.ts'

/** A text that takes longer is a finding, whatever else the machine does. */
const PATIENCE_MS = 20_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    kinds: { type: 'string', default: Object.keys(GENERATORS).join(',') },
  },
})
const seed = Number(values.seed)
const kinds = values.kinds.split(',')
console.log(`seed ${seed}`)

/** Why a text fails; `null` when it does not. */
function failure(text: string): string | null {
  const start = performance.now()
  try {
    survive(text)
  } catch (error) {
    return error instanceof Error
      ? `${error.name}: ${error.message}\n${error.stack?.split('\n').slice(1, 5).join('\n')}`
      : String(error)
  }
  const taken = performance.now() - start
  return taken > PATIENCE_MS ? `took ${Math.round(taken)} ms` : null
}

const end = Date.now() + Number(values.minutes) * 60_000
const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]))
const slowest = { ms: 0, kind: '', number: 0, length: 0 }
const found = new Set<string>()
for (let number = 0; Date.now() < end; number++) {
  const kind = kinds[number % kinds.length]
  const text = GENERATORS[kind](new Random(seed + number))
  const start = performance.now()
  const why = failure(text)
  const ms = performance.now() - start
  counts[kind]++
  if (ms > slowest.ms) Object.assign(slowest, { ms: Math.round(ms), kind, number, length: text.length })
  if (why === null) continue
  const sort = why
    .split('\n')
    .slice(0, 2)
    .join('\n')
    .replace(/[0-9]+/g, 'N')
  if (found.has(sort)) continue
  found.add(sort)
  const small = why.startsWith('took')
    ? text
    : shrink(text, (shorter) => failure(shorter)?.split('\n')[1] === why.split('\n')[1])
  console.log(
    `finding (${kind}, --seed ${seed + number} --kinds ${kind}): ${why}\n${JSON.stringify(small.slice(0, 4_000))}`,
  )
}
const memory = Math.round(process.resourceUsage().maxRSS / 1024)
console.log(`texts: ${JSON.stringify(counts)}\nslowest: ${JSON.stringify(slowest)}\npeak memory: ${memory} MiB`)
console.log(`${found.size} findings`)
process.exitCode = found.size === 0 ? 0 : 1
