/**
 * `npm run bench [-- NAME...] [--list] [--quick]`: times the engine side by side with the peer and writes `results/`. See
 * the README beside.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CASES, type Case, type Repeats, selectCases } from './case.ts'
import { GROWTH_REPEATS, GROWTH_SECONDS, measureGrowth } from './growth/growth.ts'
import { describeMachine, type Machine } from './machine.ts'
import { measureCase } from './measure.ts'
import { Peer } from './peer/peer.ts'
import { findPython } from './peer/python.ts'
import { formatLeft, Progress } from './progress.ts'
import { Results } from './results.ts'

/** The second table, chosen like a case. */
const GROWTH = 'growth'
/** What a case takes besides its rounds, in seconds: starting, thresholds, warming up, memory. */
const OVERHEAD = 30
/** How much shorter `--quick` is. */
const QUICK = 3

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url))

/** One thing after another that is measured. */
interface Part {
  name: string
  /** How long it takes, as guessed. */
  seconds: number
  measure(tell: (line: string) => void): Promise<void>
}

const { values: options, positionals } = readArguments()
const names = positionals.filter((name) => name !== GROWTH)
const { cases, unknown } = selectCases(names)
if (unknown.length > 0) fail(`no case begins with ${unknown.join(', ')}; --list shows them all`)
if (options.list) for (const name of [...CASES.map((of) => of.name), GROWTH]) console.log(name)
else {
  const machine = describeMachine()
  const all = positionals.length === 0
  const parts = all || names.length > 0 ? await listCases(cases, machine) : []
  if (all || positionals.includes(GROWTH)) parts.push(growthOf(machine))
  process.exitCode = await perform(parts)
}

async function listCases(chosen: readonly Case[], machine: Machine): Promise<Part[]> {
  const found = await findPython(say)
  if ('missing' in found) say(`ours alone is timed, without the peer: ${found.missing}`)
  const peer = 'python' in found ? new Peer(found.python, machine.cores, say) : null
  const results = new Results(RESULTS, machine)
  return chosen.map((of) => ({
    name: of.name,
    // Inference is timed twice, at its batch and at batch 1; rounds of slow steps take longer than they should.
    seconds: (of.workload.task === 'infer' ? 2 : 1) * (of.rounds * of.seconds * 2.5 + OVERHEAD),
    async measure(tell) {
      results.add(of.name, await measureCase(of, { repeats: shorten(of), peer, threads: machine.cores, tell }))
    },
  }))
}

function growthOf(machine: Machine): Part {
  return {
    name: GROWTH,
    seconds: GROWTH_SECONDS,
    measure: (tell) => measureGrowth(RESULTS, machine, shorten(GROWTH_REPEATS), tell),
  }
}

/** Measures all parts, also after one that fails. @returns the exit status */
async function perform(parts: readonly Part[]): Promise<number> {
  const size = ({ seconds }: Part) => (options.quick ? seconds / QUICK : seconds)
  const progress = new Progress(parts.map(size))
  const failed: string[] = []
  for (const part of parts) {
    progress.begin(size(part))
    const tell = (line: string) => say(`${part.name}: ${line}; about ${formatLeft(progress.left())} left`)
    tell('begins')
    try {
      await part.measure(tell)
    } catch (error) {
      failed.push(part.name)
      say(`${part.name}: failed: ${(error as Error).message}`)
    }
  }
  say(failed.length === 0 ? `done: ${RESULTS}` : `failed: ${failed.join(', ')}; the others are in ${RESULTS}`)
  return failed.length === 0 ? 0 : 1
}

function shorten({ rounds, seconds, steps }: Repeats): Repeats {
  return options.quick ? { rounds: 2, seconds: seconds / 5, steps: 1 } : { rounds, seconds, steps }
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' }, quick: { type: 'boolean' } } })
  } catch (error) {
    return fail((error as Error).message)
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function fail(message: string): never {
  say(message)
  process.exit(2)
}
