import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import oniguruma from 'vscode-oniguruma'
import textmate from 'vscode-textmate'

export interface Token {
  text: string
  start: number
  /** The innermost scopes, without the language's own. */
  scopes: string[]
}

const require = createRequire(import.meta.url)
const file = new URL('../syntaxes/snnx.tmLanguage.json', import.meta.url)

/** The tokens of each line of a text, as an editor sees them by the TextMate grammar. */
export async function tokenizeLines(text: string): Promise<Token[][]> {
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')))
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (line) => new oniguruma.OnigString(line),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file, 'utf8'), 'snnx.json'),
  })
  const grammar = (await registry.loadGrammar('source.snnx'))!
  let stack = textmate.INITIAL
  let offset = 0
  return text.split('\n').map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack)
    stack = ruleStack
    const found = tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      start: offset + startIndex,
      scopes: scopes.slice(1),
    }))
    offset += line.length + 1
    return found
  })
}
