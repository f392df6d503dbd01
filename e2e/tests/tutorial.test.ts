import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Result } from '@snnx/ir'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snnx } from './command.ts'
import { makeWorkspace, removeWorkspace } from './workspace.ts'

// docs/tutorial.md does what it says: its specs are written where it says, its commands run in order, and what each prints
// contains the lines shown, in order, `…` standing for anything. Every spec is checked and planned besides.

const page = readFileSync(new URL('../../docs/tutorial.md', import.meta.url), 'utf8')

type Step = { file: string; text: string } | { command: string; shown: string[] }

/** What a reader does, in order: each spec goes into the file that was named last before it. */
function stepsOf(section: string): Step[] {
  let file = ''
  return [...section.matchAll(/into `([^`]+\.snnx)`|```(snnx|console)\n([\s\S]*?)```/g)].flatMap((match): Step[] => {
    const [, named, kind, text = ''] = match
    if (named !== undefined) {
      file = named
      return []
    }
    if (kind === 'snnx') return [{ file, text }]
    const [command, ...shown] = text.trimEnd().split('\n')
    return [{ command: command!.replace('$ npx snnx ', ''), shown }]
  })
}

const sections = page.split(/^## (?=\d+\. )/m).slice(1)

let folder: string
beforeAll(() => {
  folder = makeWorkspace()
})
afterAll(() => removeWorkspace(folder))

it('has ten steps, each with a spec and a command', () => {
  expect(sections.map((section) => Number.parseInt(section, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  for (const steps of sections.map(stepsOf)) {
    expect(steps.some((step) => 'file' in step)).toBe(true)
    expect(steps.some((step) => 'command' in step)).toBe(true)
  }
})

describe.each(sections.map((section) => [section.split('\n')[0]!, stepsOf(section)] as const))(
  'step %s',
  (_, steps) => {
    it.each(steps.map((step) => ['file' in step ? step.file : `snnx ${step.command}`, step] as const))(
      '%s',
      (_, step) => ('file' in step ? write(step) : run(step)),
      120_000,
    )
  },
)

async function write({ file, text }: { file: string; text: string }): Promise<void> {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
  const clean = { code: 0, stderr: '' }
  expect(await snnx(['check', file], { folder })).toMatchObject(clean)
  if (/^experiment /m.test(text)) expect(await snnx(['plan', file], { folder })).toMatchObject(clean)
}

async function run({ command, shown }: { command: string; shown: string[] }): Promise<void> {
  const { code, stdout, stderr } = await snnx(command.split(' ').map(nameJob), { folder })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const pattern = shown.map((line) => line.split('…').map(escapePattern).join('.*')).join('[\\s\\S]*?')
  expect(stdout).toMatch(new RegExp(pattern))
}

/** The reader takes the job from the report; the test takes it from the records. */
function nameJob(word: string): string {
  if (word !== 'MINIMAX_JOB') return word
  const results = join(folder, 'tutorial', '4', 'results')
  const records = readdirSync(results).map((name) => JSON.parse(readFileSync(join(results, name), 'utf8')) as Result)
  return records.find(({ job }) => job.compress?.method === 'minimax')!.hash
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
