import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from '@snnx/ir'
import { afterAll, describe, expect, it } from 'vitest'
import { snnx } from './command.ts'
import { dropFigures, transcribe } from './normalise.ts'
import { makeWorkspace, removeWorkspace } from './workspace.ts'

const folder = makeWorkspace()
for (const name of ['mistaken.snnx', 'untidy.snnx'])
  cpSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), join(folder, name))
mkdirSync(join(folder, 'empty'))
afterAll(() => removeWorkspace(folder))

/** Commands whose answers hold what was measured. */
const MEASURED = new Set(['run', 'report', 'verify'])

function minimaxRecord(): { path: string; record: Result } {
  const results = join(folder, 'tiny', 'results')
  const records = readdirSync(results).map((name) => {
    const path = join(results, name)
    return { path, record: JSON.parse(readFileSync(path, 'utf8')) as Result }
  })
  return records.find(({ record }) => record.job.compress?.method === 'minimax')!
}

const minimaxJob = () => minimaxRecord().record.hash

/** Makes the minimax job's record one of a backend that is not here, and other spikes counted in it. */
function moveRecord(change: (spikes: number) => number): void {
  const { path, record } = minimaxRecord()
  record.engine.backend = 'abacus'
  const layer = record.nodes[0]!.neurons[0]!
  layer.spikes = change(layer.spikes)
  writeFileSync(path, JSON.stringify(record))
}

const verifyMoved = (change: (spikes: number) => number) => () => {
  moveRecord(change)
  return ['verify', minimaxJob()]
}

// In this order: later commands see what the run left.
const SESSION: [name: string, parameters: string[] | (() => string[])][] = [
  ['help', ['--help']],
  ['help-run', ['help', 'run']],
  ['nothing', []],
  ['unknown-command', ['chek', 'tiny/tiny.snnx']],
  ['unknown-option', ['run', 'tiny/tiny.snnx', '--job', '2']],
  ['missing-argument', ['run']],
  ['bad-count', ['run', 'tiny/tiny.snnx', '--jobs', '0']],
  ['check', ['check', 'tiny/tiny.snnx']],
  ['check-mistakes', ['check', 'mistaken.snnx', 'tiny/tiny.snnx']],
  ['check-json', ['check', 'mistaken.snnx', '--json']],
  ['check-unknown-file', ['check', 'nothing.snnx']],
  ['fmt-check', ['fmt', '--check']],
  ['fmt-json', ['fmt', 'untidy.snnx', 'mistaken.snnx', '--check', '--json']],
  ['fmt', ['fmt', '.']],
  ['fmt-again', ['fmt', '--check', 'tiny', 'mistaken.snnx']],
  ['fmt-unknown-file', ['fmt', 'nothing.snnx']],
  ['run-mistakes', ['run', 'mistaken.snnx']],
  ['explain-language', ['explain', 'SNX0203']],
  ['explain-storage', ['explain', 'snx1011']],
  ['explain-unknown', ['explain', 'SNX9999']],
  ['plan', ['plan', 'tiny/tiny.snnx']],
  ['plan-json', ['plan', 'tiny/tiny.snnx', '--json']],
  ['report-empty', ['report', 'empty']],
  ['run', ['run', 'tiny/tiny.snnx', '--jobs', '1']],
  ['run-again', ['run', 'tiny/tiny.snnx']],
  ['run-again-json', ['run', 'tiny/tiny.snnx', '--json']],
  ['plan-done', ['plan', 'tiny/tiny.snnx']],
  ['report', ['report']],
  ['report-json', ['report', 'tiny/tiny.snnx', '--json']],
  ['verify', () => ['verify', minimaxJob().slice(0, 8)]],
  ['verify-json', () => ['verify', minimaxJob(), '--experiments', 'tiny', '--json']],
  ['verify-elsewhere', verifyMoved((spikes) => spikes + 1)],
  ['verify-elsewhere-differs', verifyMoved((spikes) => Math.floor(spikes / 2))],
  ['verify-unknown', ['verify', '0000000000000000']],
  ['verify-no-hash', ['verify', 'tiny.snnx']],
]

describe('a session', () => {
  it.each(SESSION)('%s', async (name, command) => {
    const parameters = typeof command === 'function' ? command() : command
    const ended = await snnx(parameters, { folder, environment: { NO_COLOR: '1' } })
    const whole = transcribe(parameters, ended, folder)
    const transcript = MEASURED.has(parameters[0] ?? '') ? dropFigures(whole) : whole
    expect(transcript).not.toMatch(/^ {4}at /m)
    await expect(transcript).toMatchFileSnapshot(`golden/${name}.txt`)
  })
})
