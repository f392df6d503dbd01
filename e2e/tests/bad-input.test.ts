import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BadInput, Project, State } from './bad-input/case.ts'
import { CHECKPOINTS } from './bad-input/checkpoint.ts'
import { DATA } from './bad-input/data.ts'
import { RECORDS } from './bad-input/record.ts'
import { SPECS } from './bad-input/spec.ts'
import { USAGE } from './bad-input/usage.ts'
import { WEIGHTS } from './bad-input/weights.ts'
import { snnx, start } from './command.ts'
import { makeWorkspace, removeWorkspace, snapshot } from './workspace.ts'

const RUN = ['run', 'tiny/tiny.snnx', '--jobs', '1']
const states = {} as Record<State, string>
let jobs: Project['jobs']

beforeAll(async () => {
  for (const state of ['fresh', 'interrupted', 'finished'] as const) states[state] = makeWorkspace()
  const running = start(RUN, { folder: states.interrupted })
  await running.until('compress at 25 %')
  process.kill(running.child.pid!, 'SIGTERM')
  expect((await running.ended).code).toBe(130)
  expect((await snnx(RUN, { folder: states.finished })).code).toBe(0)
  const { stdout } = await snnx(['plan', 'tiny/tiny.snnx', '--json'], { folder: states.fresh })
  const planned = JSON.parse(stdout) as { method: string; job: string }[]
  jobs = Object.fromEntries(planned.map(({ method, job }) => [method, job])) as Project['jobs']
})
afterAll(() => Object.values(states).forEach(removeWorkspace))

const ALL = { specs: SPECS, data: DATA, checkpoints: CHECKPOINTS, records: RECORDS, weights: WEIGHTS, usage: USAGE }

describe.each(Object.entries(ALL))('bad %s', (_, cases) => {
  it.concurrent.each(cases.map((bad) => [bad.name, bad.command[0]!, bad] as const))('%s (%s)', (_, __, bad) =>
    refuse(bad),
  )
})

it('are more than a hundred', () => {
  expect(Object.values(ALL).flat().length).toBeGreaterThan(100)
})

async function refuse({ state, spoil, command, code, exit, environment, afterwards }: BadInput) {
  const folder = makeWorkspace()
  try {
    cpSync(states[state], folder, { recursive: true, verbatimSymlinks: true })
    const project = describeProject(folder)
    await spoil(project)
    const before = snapshot(folder)
    const parameters = command.map((part) =>
      part.replace(/^MINI(MAX)?$/, (word) => jobs.minimax.slice(0, word.length === 4 ? 4 : 16)),
    )
    const ended = await snnx(parameters, { folder, environment: environment?.(project) ?? {} })
    const said = ended.stdout + ended.stderr
    expect(said).toContain(/^SNX/.test(code) ? `[${code}]` : code)
    expect(said, 'no stack trace').not.toMatch(/^\s+at .*[:(]/m)
    expect(ended.code).toBe(exit)
    expect(withoutLocks(snapshot(folder)), 'nothing lost, nothing half-written').toEqual(withoutLocks(before))
    afterwards?.(ended, project)
  } finally {
    removeWorkspace(folder)
  }
}

function describeProject(folder: string): Project {
  const tiny = join(folder, 'tiny')
  return {
    folder,
    tiny,
    spec: join(tiny, 'tiny.snnx'),
    jobs,
    record: (method) => join(tiny, 'results', `${jobs[method]}.json`),
    weights: (method, name) => join(tiny, 'weights', jobs[method], `${name}.safetensors`),
    run: (method) => join(folder, '.snnx', 'runs', jobs[method]),
  }
}

/** Who did a job last is written beside its checkpoint, whatever came of it. */
function withoutLocks(files: Record<string, string>) {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !/[/\\]lock\.\d+$/.test(path)))
}
