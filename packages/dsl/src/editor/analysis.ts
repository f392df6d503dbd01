import { type Analysed, analyse, type Compiled, type Host } from '../compile.ts'
import { PRELUDE } from '../prelude.ts'
import { SCHEMA } from '../schema/schema.ts'
import type { Source } from '../source.ts'
import { spanOf } from '../syntax/layout.ts'
import { Doc } from '../syntax/tokens.ts'
import { imports } from './imports.ts'
import type { Meaning } from './meaning.ts'
import { linesOf, type Outline, outline } from './outline.ts'
import { Preview } from './preview.ts'
import { createScope, type Declared, declarations, named, type Scope } from './scope.ts'
import { readStatement } from './statement.ts'

/**
 * What an editor can know of one version of a text. Everything is worked out when it is first asked for, and kept; names
 * and words come from the outline, so that they are known in a text that is broken.
 */
export class Analysis {
  readonly source: Source
  readonly host: Host
  #analysed: Analysed | null = null
  #outline: Outline | null = null
  #scope: Scope | null = null
  #meanings: Meaning[] | null = null
  #preview: Preview | null | undefined

  constructor(source: Source, host: Host = {}) {
    this.source = source
    this.host = host
  }

  get text(): string {
    return this.source.text
  }

  /** What the compiler finds. */
  get compiled(): Compiled {
    return this.analysed
  }

  get analysed(): Analysed {
    this.#analysed ??= analyse(this.source, this.host, false)
    return this.#analysed
  }

  get outline(): Outline {
    this.#outline ??= outline(this.text)
    return this.#outline
  }

  get scope(): Scope {
    this.#scope ??= scopeOf(this.source, this.outline, this.host)
    return this.#scope
  }

  /** The experiment's first job; `null` where there is no experiment. */
  get preview(): Preview | null {
    const { checked } = this.analysed
    if (this.#preview === undefined) this.#preview = checked === null ? null : new Preview(checked)
    return this.#preview
  }

  /** Every word of the text, and every comment, in order. */
  get meanings(): readonly Meaning[] {
    this.#meanings ??= readAll(this.outline, this.scope)
    return this.#meanings
  }

  /** The word at an offset, or the one that ends there. */
  meaningAt(offset: number): Meaning | null {
    const { meanings } = this
    let [low, high] = [0, meanings.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (meanings[middle].span.end < offset) low = middle + 1
      else high = middle
    }
    const touching = meanings.slice(low, low + 2).filter(({ span }) => span.start <= offset && offset <= span.end)
    const words = touching.filter(({ role }) => role !== 'operator')
    return words.find(({ span }) => offset < span.end) ?? words[0] ?? touching[0] ?? null
  }
}

function scopeOf(source: Source, own: Outline, host: Host): Scope {
  const experiments = own.root.lines.filter(({ tokens, body }) => tokens[0]?.image === 'experiment' && body !== null)
  const blocks = experiments.flatMap(({ body }) => body!.lines)
  const beside = declarations(own.root, own, SCHEMA, null).map((component) => named(component))
  return createScope({
    schema: SCHEMA,
    own: experiments.flatMap(({ body }) => declarations(body!, own, SCHEMA, null)),
    file: [...beside, ...imports(source, own, host, SCHEMA, [source.name])],
    library: libraryOf(),
    sweeps: blocks.flatMap(({ tokens, body }) => (tokens[0]?.image === 'sweep' && body !== null ? [body] : [])),
  })
}

let library: Declared[] | null = null

/** What `std/` declares, read once. */
function libraryOf(): Declared[] {
  library ??= PRELUDE.flatMap((source) => {
    const read = outline(source.text)
    return declarations(read.root, read, SCHEMA, source)
  })
  return library
}

function readAll({ root, comments }: Outline, scope: Scope): Meaning[] {
  const words = [...linesOf(root)].flatMap((line) => readStatement(line.tokens, line, scope).meanings)
  const remarks = comments.map((token): Meaning => {
    const role = token.tokenType === Doc ? 'documentation' : 'comment'
    const blank = { doc: '', rule: null, target: null, declares: false }
    return { span: spanOf(token), text: token.image, role, ...blank }
  })
  return [...words, ...remarks].sort((a, b) => a.span.start - b.span.start)
}
