import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findViolations } from '../../scripts/boundaries.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A tree with one source file. */
function plant(path: string, text: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'snnx-boundaries-'))
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), text)
  return tree
}

describe('dependency direction and banned imports', () => {
  it('hold in this repository', () => expect(findViolations(root)).toEqual([]))

  it.each([
    ['packages/ir/src/a.ts', "import { compile } from '@snnx/dsl'", 'packages/ir may not import @snnx/dsl'],
    ['packages/core/src/a.ts', "export * from '@snnx/data'", 'packages/core may not import @snnx/data'],
    ['packages/dsl/src/a.ts', "const x = await import('@snnx/core')", 'packages/dsl may not import @snnx/core'],
    [
      'packages/data/src/a.ts',
      "import type { Tensor } from '@tensorflow/tfjs-core'",
      'tfjs is imported in packages/core only',
    ],
    ['packages/runner/src/a.ts', "import { Lexer } from 'chevrotain'", 'chevrotain is imported in packages/dsl only'],
    ['packages/core/src/deep/a.ts', "import { readFileSync } from 'node:fs'", 'node: is imported in packages/data'],
    ['packages/ir/src/a.ts', "import 'node:crypto'", 'node: is imported in packages/data'],
    ['packages/ir/src/a.ts', "import { readFileSync } from 'fs'", 'node: is imported in packages/data'],
    [
      'packages/core/src/a.ts',
      "import { tokens } from '@chevrotain/utils'",
      'chevrotain is imported in packages/dsl only',
    ],
    ['packages/dsl/src/editor/a.ts', "import { readFileSync } from 'node:fs'", 'node: is imported in packages/data'],
    [
      'packages/language-server/src/a.ts',
      "import { tokenize } from '@snnx/dsl/src/syntax/tokens.ts'",
      'reaches into the insides of @snnx/dsl',
    ],
    [
      'packages/dsl/src/editor/a.ts',
      "import { MarkupKind } from 'vscode-languageserver'",
      'the protocol is imported in packages/language-server only',
    ],
    ['packages/ir/src/a.ts', "import { runJob } from '../../core/src/run.ts'", 'leaves packages/ir'],
    ['packages/runner/src/a.ts', "import x from '@snnx/core/dist/run.js'", 'reaches into the insides of @snnx/core'],
    [
      'apps/leaderboard/src/pages/a.astro',
      "import { runJob } from '@snnx/core'",
      'apps/leaderboard may not import @snnx/core',
    ],
  ])('a planted violation in %s is found: %s', (path, text, rule) => {
    const found = findViolations(plant(path, text))
    expect(found.join('\n')).toContain(rule)
    expect(found.every((line: string) => line.startsWith(path))).toBe(true)
  })

  it('leaves allowed imports alone', () => {
    const text = "import { SnnxError } from '@snnx/ir'\nimport { Lexer } from 'chevrotain'"
    expect(findViolations(plant('packages/dsl/src/a.ts', text))).toEqual([])
  })
})
