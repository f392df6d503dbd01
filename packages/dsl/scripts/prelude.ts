import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const std = join(here, '../../../std')

/** The module that carries `std/*.snnx`, so that the language needs no file system. */
export function generatePrelude(): string {
  const files = readdirSync(std)
    .filter((name) => name.endsWith('.snnx'))
    .sort()
  const sources = files.map((name) => {
    const text = readFileSync(join(std, name), 'utf8')
    return `  {\n    name: 'std/${name}',\n    text: ${literal(text)},\n  },\n`
  })
  const head =
    "// Generated from std/*.snnx by `npm run generate` in packages/dsl.\nimport type { Source } from './source.ts'\n"
  return `${head}\nexport const PRELUDE: readonly Source[] = [\n${sources.join('')}]\n`
}

function literal(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``
}

export const PRELUDE_FILE = join(here, '../src/prelude.ts')
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PRELUDE_FILE, generatePrelude())
