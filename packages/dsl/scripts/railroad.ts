import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Alternation,
  type Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
  type TokenType,
} from 'chevrotain'
import draw, { type Item } from 'railroad-diagrams'
import { grammar } from '../src/syntax/grammar.ts'

export const DOCS = join(dirname(fileURLToPath(import.meta.url)), '../../../docs')

/** Rules that stand for nothing in the text: they say where a statement has to end. */
const EMPTY = new Set(['end'])

const STYLE = `<style>
path { fill: none; stroke: #57606a; stroke-width: 2 }
text { font: bold 13px ui-monospace, monospace; text-anchor: middle; fill: #1f2328 }
rect { fill: #ddf4ff; stroke: #57606a; stroke-width: 2 }
rect[rx] { fill: #fff8c5 }
</style>`

/** The grammar as files under `docs/`: a page, and a picture of each rule. */
export function generateRailroad(): Map<string, string> {
  const rules = Object.values(grammar.getGAstProductions()).filter(({ name }) => !EMPTY.has(name))
  const sections = rules.map(({ name }) => `## ${name}\n\n![${name}](grammar/${name}.svg)\n`)
  const page = `# The grammar of \`.snnx\` files

Written by \`npm run generate\` in \`packages/dsl\` from the grammar that the parser runs; do not edit it by hand. Round and yellow is
what is written as it stands, blue is another rule or a kind of word. What each key takes is in [language.md](language.md).

A file is a row of items. \`the end of the line\` stands between two of them: a line end outside of brackets that no \`->\`, \`then\`,
\`shortcut\` or \`{\` goes on after, or a comma. Any statement may be followed by a body here; which must be, is checked afterwards.

${sections.join('\n')}`
  return new Map([['grammar.md', page], ...rules.map((rule) => [`grammar/${rule.name}.svg`, drawRule(rule)] as const)])
}

function drawRule({ name, definition }: Rule): string {
  const picture = draw.Diagram(sequence(definition)).format(12)
  picture.attrs.xmlns = 'http://www.w3.org/2000/svg'
  return `${picture.toString().replace('>', `>\n<title>${name}</title>\n${STYLE}`).trim()}\n`
}

function sequence(definition: readonly IProduction[]): Item {
  const items = definition.map(item).filter((one): one is Item => one !== null)
  return items.length === 1 ? items[0]! : items.length === 0 ? draw.Skip() : draw.Sequence(...items)
}

function item(production: IProduction): Item | null {
  if (production instanceof NonTerminal) {
    return EMPTY.has(production.nonTerminalName) ? null : draw.NonTerminal(production.nonTerminalName)
  }
  if (production instanceof Terminal) return token(production.terminalType)
  if (production instanceof Alternation) {
    const [first, ...more] = (production.definition as Alternative[]).map(({ definition }) => sequence(definition))
    return more.length === 0 ? first! : draw.Choice(0, first!, ...more)
  }
  const { definition } = production as Option
  const inner = sequence(definition)
  if (production instanceof Option) return draw.Optional(inner)
  if (production instanceof Repetition) return draw.ZeroOrMore(inner)
  if (production instanceof RepetitionMandatory) return draw.OneOrMore(inner)
  if (production instanceof RepetitionWithSeparator) return draw.ZeroOrMore(inner, token(production.separator))
  if (production instanceof RepetitionMandatoryWithSeparator) return draw.OneOrMore(inner, token(production.separator))
  return inner
}

/** What is written as it stands has its label in backticks. */
function token({ LABEL, name }: TokenType): Item {
  const label = LABEL ?? name
  return /^`[^`]+`$/.test(label) ? draw.Terminal(label.slice(1, -1)) : draw.NonTerminal(label.replaceAll('`', ''))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(join(DOCS, 'grammar'), { recursive: true, force: true })
  mkdirSync(join(DOCS, 'grammar'))
  for (const [file, text] of generateRailroad()) writeFileSync(join(DOCS, file), text)
}
