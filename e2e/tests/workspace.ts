import { createHash } from 'node:crypto'
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

/** A project folder of its own with an experiment `tiny`. */
export function makeWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snnx-e2e-'))
  mkdirSync(join(folder, '.git'))
  mkdirSync(join(folder, 'tiny'))
  cpSync(join(FIXTURES, 'tiny.snnx'), join(folder, 'tiny', 'tiny.snnx'))
  return folder
}

export const removeWorkspace = (folder: string) => rmSync(folder, { recursive: true, force: true })

/** Every file below a folder with the digest of its content; empty folders do not count. */
export function snapshot(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  const walk = (below: string) => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = join(below, name)
      const facts = lstatSync(join(folder, path))
      if (facts.isDirectory()) walk(path)
      else
        files[path] = facts.isFile()
          ? digest(readFileSync(join(folder, path)))
          : facts.isSymbolicLink()
            ? 'link'
            : 'other'
    }
  }
  walk('')
  return files
}

/** The records of an experiment, by file name, without what depends on the clock: times and latencies. */
export function records(experiment: string): Record<string, string> {
  const folder = join(experiment, 'results')
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, dropTimes(readFileSync(join(folder, name), 'utf8'))]),
  )
}

/** The event logs of all runs, by job, without the times. */
export function eventLogs(state: string): Record<string, string> {
  const runs = join(state, 'runs')
  return Object.fromEntries(
    readdirSync(runs)
      .sort()
      .map((hash) => {
        const lines = readFileSync(join(runs, hash, 'events.jsonl'), 'utf8')
          .trimEnd()
          .split('\n')
        const events = lines.map((line) => JSON.parse(line)).filter(({ type }) => type !== 'resume')
        return [hash, events.map(({ at: _, seconds: __, ...event }) => JSON.stringify(event)).join('\n')]
      }),
  )
}

/** Drops the value of `time` and of every `latency`, and nothing else. */
function dropTimes(text: string): string {
  const record = JSON.parse(text)
  record.time = 'dropped'
  for (const node of record.nodes) node.latency = 'dropped'
  return JSON.stringify(record, null, 1)
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
