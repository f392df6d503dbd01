/**
 * The direction of dependencies and the imports each package may not have, as ARCHITECTURE.md states them. Every import,
 * re-export and dynamic import in the packages' sources is looked at.
 */
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'

/** Which of our packages each part may import. */
const MAY_IMPORT = {
  'packages/ir': [],
  'packages/dsl': ['@snnx/ir'],
  'packages/data': ['@snnx/ir'],
  'packages/kernels': ['@snnx/ir'],
  'packages/core': ['@snnx/ir', '@snnx/kernels'],
  'packages/language-server': ['@snnx/ir', '@snnx/dsl'],
  'packages/runner': ['@snnx/ir', '@snnx/dsl', '@snnx/language-server', '@snnx/core', '@snnx/kernels', '@snnx/data'],
  'apps/leaderboard': ['@snnx/ir', '@snnx/dsl'],
}

/** The entries of packages beside their main one, and who may use them. */
const ENTRIES = ['@snnx/dsl/editor', '@snnx/kernels/load', '@snnx/kernels/costs']

/** Which parts alone may import what. */
const RESERVED = [
  { what: /^@tensorflow\//, name: 'tfjs', allowed: ['packages/core'] },
  { what: /^@?chevrotain/, name: 'chevrotain', allowed: ['packages/dsl'] },
  { what: /^vscode-/, name: 'the protocol', allowed: ['packages/language-server'] },
  // The site is built, not shipped: its build may read and write files.
  {
    what: /^node:/,
    name: 'node:',
    allowed: ['packages/data', 'packages/runner', 'packages/language-server', 'apps/leaderboard'],
    // What only a host can do stands in entries of its own, which core does not import.
    files: ['packages/kernels/src/load.ts', 'packages/kernels/src/costs.ts'],
  },
]

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"]+)\1/g

/** The violations below `root`, one line each: where, and which rule. */
export function findViolations(root) {
  return Object.entries(MAY_IMPORT).flatMap(([part, allowed]) =>
    globSync('src/**/*.{ts,astro}', { cwd: join(root, part) }).flatMap((file) => {
      const path = `${part}/${file}`
      const names = [...readFileSync(join(root, path), 'utf8').matchAll(IMPORT)].map((match) => match[2])
      return names.flatMap((name) => violationsOf(path, part, allowed, name))
    }),
  )
}

function violationsOf(path, part, allowed, name) {
  if (name.startsWith('.')) {
    const target = posix.join(posix.dirname(path), name)
    return target.startsWith(`${part}/`) ? [] : [`${path}: ${name} leaves ${part}`]
  }
  const own = /^@snnx\/[^/]+/.exec(name)?.[0]
  const found = []
  if (own && !allowed.includes(own)) found.push(`${path}: ${part} may not import ${own}`)
  if (own && name !== own && !ENTRIES.includes(name)) found.push(`${path}: ${name} reaches into the insides of ${own}`)
  for (const { what, name: kind, allowed: parts, files = [] } of RESERVED) {
    const known = builtinModules.includes(name) ? `node:${name}` : name
    if (what.test(known) && !parts.includes(part) && !files.includes(path))
      found.push(`${path}: ${kind} is imported in ${parts.join(', ')} only, here ${name}`)
  }
  return found
}
