import { identifyJob } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { CORPUS } from '../fuzz/corpus.ts'
import { Random } from '../fuzz/random.ts'
import { compile } from '../src/index.ts'
import type { Block, Statement } from '../src/syntax/ast.ts'
import { parse } from '../src/syntax/parse.ts'

const lower = (text: string) => compile({ name: 'a.snnx', text }).experiment
const experiments = CORPUS.filter((text) => lower(text) !== null)
const circumstances = { data: 'a'.repeat(64), engine: 1 }
const hashes = (text: string) =>
  (lower(text)?.jobs ?? []).map(({ job }) => identifyJob({ ...job, backend: 'cpu' }, circumstances)).sort()

const within = (statement: Statement): Statement[] =>
  statement.node === 'block' || statement.node === 'when' ? statement.statements : []
const all = (statements: readonly Statement[]): Statement[] =>
  statements.flatMap((statement) => [statement, ...all(within(statement))])

/** Puts the stretches of some statements in another order, each in the place of another one. */
function permute(text: string, statements: readonly Statement[], random: Random): string {
  const shuffled = statements.map((statement) => text.slice(statement.span.start, statement.span.end))
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    ;[shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]]
  }
  let permuted = ''
  let end = 0
  for (const [index, { span }] of statements.entries()) {
    permuted += text.slice(end, span.start) + shuffled[index]
    end = span.end
  }
  return permuted + text.slice(end)
}

/** The keys of a block in another order, or the blocks of the experiment. */
function reorder(text: string, random: Random): string {
  const permuted = permute(text, blocksOf(text), random)
  const settings = blocksOf(permuted).map(({ statements }) => statements.filter(({ node }) => node === 'setting'))
  return permute(permuted, random.pick(settings), random)
}

/** The blocks of a text's experiment. */
function blocksOf(text: string): Block[] {
  const isBlock = (statement: Statement): statement is Block => statement.node === 'block'
  const experiment = parse(text)
    .file.statements.filter(isBlock)
    .find(({ kind }) => kind.text === 'experiment')!
  return experiment.statements.filter(isBlock)
}

describe.each(experiments.map((text, number) => [number, text] as const))('experiment %i of the corpus', (_, text) => {
  it('means the same each time', () => {
    expect(lower(text)).toEqual(lower(text))
  })

  it('has jobs whose hashes do not depend on the order of keys and blocks, on comments or on layout', () => {
    const expected = hashes(text)
    const random = new Random(expected.length)
    for (let round = 0; round < 3; round++) expect(hashes(reorder(text, random))).toEqual(expected)
    const commented = text.replace(/\n/g, () => random.pick(['\n', ' # said\n', '\n\n', '\n# said\n', '   \n\t']))
    for (const other of [
      commented,
      text.replaceAll('\n', '\r\n'),
      text.replace(/^[ \t]+/gm, ''),
      text.replace(/[ \t]*=[ \t]+/g, '='),
    ])
      expect(hashes(other)).toEqual(expected)
  })

  it('is still understood around a line that is not', () => {
    const whole = all(parse(text).file.statements)
    const random = new Random(whole.length)
    const starts = whole.filter(({ node, span }) => {
      return ['setting', 'sweep', 'require'].includes(node) && /(^|\n)[ \t]*$/.test(text.slice(0, span.start))
    })
    // In some files all stands on one line.
    for (let round = 0; round < 8 && starts.length > 0; round++) {
      const { span } = random.pick(starts)
      const line = random.pick(['= 3', 'zz = = 2', 'zz 1.0', 'zz = 2 steps steps', '* 4', 'zz = @', 'zz <= ,'])
      const { file, diagnostics } = parse(`${text.slice(0, span.start)}${line}\n${text.slice(span.start)}`)
      const found = all(file.statements).filter(({ node }) => node !== 'broken')
      expect(
        found.map(({ node }) => node),
        line,
      ).toEqual(whole.map(({ node }) => node))
      expect(diagnostics.map(({ span: at }) => at.start >= span.start && at.start <= span.start + line.length)).toEqual(
        [true],
      )
    }
  })
})
