import type { Host } from '../compile.ts'
import { MAX_DEPTH } from '../limits.ts'
import type { Schema } from '../schema/schema.ts'
import type { Source, Span } from '../source.ts'
import { spanOf } from '../syntax/layout.ts'
import { From, Name, Text } from '../syntax/tokens.ts'
import type { Analysis } from './analysis.ts'
import { type Line, type Outline, outline } from './outline.ts'
import { type Declared, declarations, type Named, named } from './scope.ts'

/** What the `from ... use ...` statements of a text bring in, as far as the files are there. */
export function imports(
  source: Source,
  { root }: Outline,
  host: Host,
  schema: Schema,
  open: readonly string[],
): Named[] {
  return root.lines.flatMap((line): Named[] => {
    const [name, alias] = line.tokens.filter(({ tokenType }) => tokenType === Name)
    const path = pathOf(line)
    const file = path === null ? null : resolve(path, source, host)
    if (name === undefined || file === null || open.includes(file.name) || open.length > MAX_DEPTH) return []
    const found = componentsOf(file, host, schema, open).find(({ address }) => address === name.image)
    return found === undefined ? [] : [{ name: (alias ?? name).image, component: found, use: line }]
  })
}

/** The components that a file can give to others; each sees its own file first. */
export function componentsOf(file: Source, host: Host, schema: Schema, open: readonly string[]): Declared[] {
  const read = outline(file.text)
  const components = declarations(read.root, read, schema, file)
  const beside = [
    ...components.map((component) => named(component)),
    ...imports(file, read, host, schema, [...open, file.name]),
  ]
  for (const component of components) component.beside = beside
  return components
}

/** The path that an import names. */
export function pathOf({ tokens: [from, path] }: Line): string | null {
  return from?.tokenType === From && path?.tokenType === Text ? path.image.slice(1, -1) : null
}

/** The file that a path means; `null` where there is none, or where it cannot be read. */
export function resolve(path: string, { name }: Source, host: Host): Source | null {
  try {
    return host.resolve?.(path, name) ?? null
  } catch {
    return null
  }
}

/** Where a text names a file that it imports, or that those import: in the last case at its first import. */
export function importOf({ outline: { root }, source, host }: Analysis, file: string): Span | null {
  const uses = root.lines.filter((line) => pathOf(line) !== null)
  const use = uses.find((line) => resolve(pathOf(line)!, source, host)?.name === file) ?? uses[0]
  return use === undefined ? null : spanOf(use.tokens[1])
}
