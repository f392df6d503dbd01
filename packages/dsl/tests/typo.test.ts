import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSource, type Source } from '../src/index.ts'
import type { Argument, Block, Statement, Value } from '../src/syntax/ast.ts'
import { parse } from '../src/syntax/parse.ts'
import { hostOf } from './folder.ts'

const root = join(import.meta.dirname, '../../..')
const host = hostOf(root)
const files = ['std', 'experiments'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).flatMap((name): Source[] =>
    name.endsWith('.snnx') ? [{ name: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }] : [],
  ),
)

interface Key {
  text: string
  start: number
}

/** Every key of a file: of blocks, and of forms and layers; kinds of blocks are keys of the experiment. */
function* keysOf(statements: readonly Statement[]): Generator<Key> {
  for (const statement of statements) {
    if (statement.node === 'setting') {
      yield* statement.path.parts.map(({ text, span }) => ({ text, start: span.start }))
      for (const value of statement.values) yield* keysIn(value)
    }
    if (statement.node === 'sweep') for (const { text, span } of statement.path.parts) yield { text, start: span.start }
    if (statement.node === 'block') yield* kindOf(statement)
    if (statement.node === 'block' || statement.node === 'when') yield* keysOf(statement.statements)
  }
}

function* kindOf({ kind }: Block): Generator<Key> {
  yield { text: kind.text, start: kind.span.start }
}

function* keysIn(value: Value): Generator<Key> {
  if (value.node === 'pipeline') for (const element of value.elements) yield* keysIn(element)
  if (value.node === 'list') for (const item of value.items) yield* keysIn(item)
  if (value.node !== 'call') return
  for (const { name, value: given } of (value.args ?? []) as Argument[]) {
    if (name !== null) yield { text: name.text, start: name.span.start }
    yield* keysIn(given)
  }
  for (const branch of [value.body, value.shortcut]) if (branch !== null) yield* keysIn(branch)
}

/** Two neighbours swapped, a letter lost, a letter doubled, a wrong letter: the slips of a hand. */
function slipsOf(word: string): string[] {
  const at = Math.max(1, Math.floor(word.length / 2))
  const [before, after] = [word.slice(0, at), word.slice(at)]
  const swapped = before.slice(0, -1) + (after[0] ?? '') + before.slice(-1) + after.slice(1)
  const slips = [swapped, before + after.slice(1), before + before.slice(-1) + after, `${before}q${after.slice(1)}`]
  return [...new Set(slips)].filter((slip) => slip !== word && slip.length > 1)
}

describe('one slip in one key is one error, which names the key that was meant', () => {
  it.each(files)('$name', (source) => {
    const keys = [...keysOf(parse(source.text).file.statements)]
    expect(keys.length).toBeGreaterThan(3)
    const wrong: string[] = []
    for (const { text, start } of keys) {
      for (const slip of slipsOf(text)) {
        const changed = source.text.slice(0, start) + slip + source.text.slice(start + text.length)
        const errors = checkSource({ ...source, text: changed }, host).diagnostics
        const named = errors.length === 1 && JSON.stringify(errors).includes(`"text":"${text}"`)
        if (!named)
          wrong.push(
            `${slip} (${text}) at ${start}: ${errors.map(({ code, message }) => `${code} ${message}`).join('; ')}`,
          )
      }
    }
    expect(wrong).toEqual([])
  })
})
