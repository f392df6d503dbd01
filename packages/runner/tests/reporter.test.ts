import { stripVTControlCharacters } from 'node:util'
import type { Progress } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { makePlan, type Plan } from '../src/plan.ts'
import { relayProgress } from '../src/relay.ts'
import { createJsonReporter } from '../src/reporter/json.ts'
import { createPlainReporter } from '../src/reporter/plain.ts'
import type { Reporter } from '../src/reporter/reporter.ts'
import { timeLeft } from '../src/reporter/status.ts'
import { createTtyReporter } from '../src/reporter/tty.ts'
import { locateFolders } from '../src/store/folders.ts'
import type { WorkerMessage } from '../src/task.ts'
import { DATA, sampleExperiment, sampleRecord, temporaryFolder } from './sample.ts'

const progress = (epoch: number): Progress => ({
  type: 'progress',
  phase: 'compress',
  node: 1,
  epoch,
  epochs: 6,
  loss: 0.02134,
  trainAccuracy: 88.12,
  validationAccuracy: 87.9,
  connectivity: 0.12345,
  s: 551_234.4,
  y: 0.00123,
  z: 0.4,
})

const { type: _, epochs: __, phase: ___, ...figures } = progress(2)
const messages: WorkerMessage[] = [
  { type: 'started', resumed: true, backend: 'wasm' },
  { type: 'progress', progress: progress(1) },
  { type: 'progress', progress: progress(2) },
  {
    type: 'event',
    event: {
      type: 'epoch',
      ...figures,
      done: 4,
      phase: 'compress',
      validationAccuracy: 87.9,
      learningRate: 1e-3,
      layerConnectivity: [0.1],
      firingRates: [0.2],
    },
  },
  { type: 'waiting', pid: 42, host: 'here' },
  { type: 'download', download: { dataset: 'mnist', file: 'a', received: 250, total: 1000 } },
]

/** A plan whose jobs are named 1 to 5, as no change of their identity shall touch the golden files. */
async function samplePlan(): Promise<Plan> {
  const plan = await makePlan(sampleExperiment, locateFolders(`${temporaryFolder()}/a.snnx`), {
    engineVersion: 1,
    resolveBackend: async (name) => name,
    digestStart: async () => DATA,
    digestData: async () => DATA,
    estimateMemory: () => 12_345_678,
  })
  const names = new Map(plan.tasks.map(({ hash }, index) => [hash, String(index + 1).padEnd(16, '0')]))
  const rename = (hash: string) => names.get(hash)!
  const tasks = plan.tasks.map((task) => ({ ...task, hash: rename(task.hash), denseHash: rename(task.denseHash) }))
  return { ...plan, tasks }
}

/** A whole run as a reporter sees it; the clock moves a minute at each message. */
async function show(reporter: Reporter, tick: () => void) {
  const plan = await samplePlan()
  reporter.onPlan(plan)
  const [dense, waiting, task, , other] = plan.tasks
  for (const message of messages) {
    reporter.onMessage(task!, message)
    tick()
  }
  reporter.onInterrupt()
  reporter.onJobEnd(dense!, { kind: 'finished', result: sampleRecord() })
  reporter.onJobEnd(task!, { kind: 'interrupted' })
  reporter.onJobEnd(waiting!, { kind: 'interrupted' })
  const failure = { code: 'SNX0701', message: 'no data\x1b[31m', help: 'put it there', stack: undefined }
  reporter.onJobEnd(other!, { kind: 'failed', failure })
  reporter.onRunEnd({ finished: 1, already: 0, failed: 1, interrupted: 2, seconds: 65 })
}

describe('reporters', () => {
  it('plain: an epoch a line', async () => {
    let [text, now] = ['', 0]
    const reporter = createPlainReporter(
      (part) => {
        text += part
      },
      () => now,
    )
    await show(reporter, () => {
      now += 60_000
    })
    await expect(text).toMatchFileSnapshot('golden/plain.txt')
  })

  it('json: every line is an object with a type', async () => {
    let text = ''
    await show(
      createJsonReporter((part) => {
        text += part
      }),
      () => {},
    )
    for (const line of text.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('type')
    await expect(text).toMatchFileSnapshot('golden/json.jsonl')
  })

  it('tty: three lines a job, redrawn, never wider than the terminal', async () => {
    let [text, now] = ['', 0]
    const stream = {
      isTTY: true,
      columns: 100,
      rows: 40,
      write(part: string) {
        text += part
      },
    }
    const reporter = createTtyReporter(stream as unknown as NodeJS.WriteStream, () => now)
    await show(reporter, () => {
      now += 60_000
    })
    const plain = stripVTControlCharacters(text)
    await expect(plain).toMatchFileSnapshot('golden/tty.txt')
    expect(
      plain
        .slice(plain.indexOf('starting'))
        .split('\n')
        .every((line) => line.length <= 100),
    ).toBe(true)
  })
})

describe('timeLeft', () => {
  const begun = { epoch: 1, at: 5_000 }
  const seen = { epoch: 2, at: 15_000 }

  it('goes by the pace since this process began: an epoch in 10 s leaves 40 s for 4, and it runs down', () => {
    expect(timeLeft({ progress: progress(2), begun, seen }, 15_000)).toBe(40)
    expect(timeLeft({ progress: progress(2), begun, seen }, 18_000)).toBe(37)
    expect(timeLeft({ progress: progress(2), begun, seen }, 99_000)).toBe(0)
  })

  it('says nothing before there is a pace', () => {
    expect(timeLeft({ progress: progress(1), begun, seen: begun }, 15_000)).toBeNull()
    expect(timeLeft({ progress: null, begun: null, seen: null }, 0)).toBeNull()
  })
})

describe('relayProgress', () => {
  it('lets progress through ten times a second, everything else always', () => {
    let now = 0
    const sent: string[] = []
    const relay = relayProgress(
      ({ type }) => void sent.push(type),
      () => now,
    )
    for (let step = 0; step < 100; step++) {
      now += 10
      relay({ type: 'progress', progress: progress(step) })
      relay({ type: 'waiting', pid: 1, host: '' })
    }
    expect(sent.filter((type) => type === 'progress')).toHaveLength(10)
    expect(sent.filter((type) => type === 'waiting')).toHaveLength(100)
  })
})
