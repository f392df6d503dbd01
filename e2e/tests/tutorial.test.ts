import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Result } from '@snnx/ir'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { snnx } from './command.ts'
import { makeWorkspace, removeWorkspace } from './workspace.ts'

// docs/tutorial.md does what it says: its spec is written where it says, its commands run in order, and what each prints
// contains the lines shown, in order, `…` standing for anything.

const page = readFileSync(new URL('../../docs/tutorial.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map((match) => ({ kind: match[1]!, text: match[2]! }))
const commands = blocks
  .filter(({ kind }) => kind === 'console')
  .map(({ text }) => {
    const [command, ...shown] = text.trimEnd().split('\n')
    return { words: command!.replace('$ npx snnx ', '').split(' '), shown }
  })

let folder: string
beforeAll(() => {
  folder = makeWorkspace()
  const spec = /Put this into `([^`]+)`/.exec(page)![1]!
  mkdirSync(dirname(join(folder, spec)))
  writeFileSync(join(folder, spec), blocks.find(({ kind }) => kind === 'snnx')!.text)
})
afterAll(() => removeWorkspace(folder))

it('shows commands', () => expect(commands.length).toBeGreaterThan(5))

it.each(commands)(
  'snnx $words',
  async ({ words, shown }) => {
    const { code, stdout, stderr } = await snnx(words.map(nameJob), { folder })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const pattern = shown.map((line) => line.split('…').map(escapePattern).join('.*')).join('[\\s\\S]*?')
    expect(stdout).toMatch(new RegExp(pattern))
  },
  300_000,
)

/** The reader takes the job from the report; the test takes it from the records. */
function nameJob(word: string): string {
  if (word !== 'MINIMAX_JOB') return word
  const results = join(folder, 'tutorial', 'results')
  const records = readdirSync(results).map((name) => JSON.parse(readFileSync(join(results, name), 'utf8')) as Result)
  return records.find(({ job }) => job.compress?.method === 'minimax')!.hash
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
