import fc from 'fast-check'
import { listPieces, type Piece } from '../src/format/piece.ts'

/** Choices that a noise makes, one after another, again from the start when they run out. */
export const choices = fc.array(fc.nat({ max: 999 }), { minLength: 40, maxLength: 40 })

type Choose = <T>(from: readonly T[]) => T

function chooser(numbers: readonly number[]): Choose {
  let at = 0
  return (from) => from[(numbers[at % numbers.length] + 7 * at++) % from.length]
}

const isWord = (text: string, at: number) => /[A-Za-z0-9_.+-]/.test(text.at(at) ?? '')

/** Spacing between two pieces of a line, where none may be only if they do not grow together. */
function gap(before: Piece, after: Piece, choose: Choose): string {
  const needed = isWord(before.text, -1) && isWord(after.text, 0)
  return choose([' ', '  ', '\t', ' \t ', ...(needed || after.comment ? [] : ['', ''])])
}

/** The text with other spacing within its lines, other indentation and trailing blanks; the lines are the same. */
export function respace(text: string, numbers: readonly number[]): string {
  const choose = chooser(numbers)
  const blank = () => choose(['', '', ' ', '\t', '   ', ' \t'])
  let out = blank()
  let before: Piece | null = null
  for (const piece of listPieces(text)) {
    if (before !== null && piece.breaks === 0) out += gap(before, piece, choose)
    else if (before !== null) out += `${`${blank()}\n`.repeat(piece.breaks)}${blank()}`
    out += piece.text
    before = piece
  }
  return `${out}${blank()}\n`
}

const OPENERS = ['[', '(']
const CLOSERS = [']', ')']

/**
 * The text with noise that changes its lines too, and not its meaning: blank lines, comments at line ends and between
 * lines, breaks where a line may go on, commas in place of line ends. Documentation may be parted from its block.
 */
export function disturb(text: string, numbers: readonly number[]): string {
  const choose = chooser(numbers)
  const comment = () => choose(['', '', '', '', ' # aside', '\t/// said', '#'])
  const lineEnd = () => `${comment()}${choose(['\n', '\n', '\n\n\n', '\n  # above\n', '\n\t/// above\n'])}`
  let out = choose(['', '\uFEFF', '\n\n', '# first\n'])
  let round = 0
  let before: Piece | null = null
  for (const piece of listPieces(text)) {
    if (before !== null) {
      const goesOn =
        ['->', 'then'].includes(before.text) ||
        ['->', 'then', 'shortcut'].includes(piece.text) ||
        (before.text === ')' && piece.text === '{') ||
        OPENERS.includes(before.text) ||
        CLOSERS.includes(piece.text) ||
        (round > 0 && [before.text, piece.text].includes(','))
      const endsStatement =
        piece.breaks > 0 &&
        !before.comment &&
        !piece.comment &&
        before.text !== '{' &&
        !['->', '}'].includes(piece.text)
      if (endsStatement && choose([false, false, true])) out += choose([',', ', ', ' ,\n'])
      else if (before.comment || piece.breaks > 0) out += before.comment ? '\n'.repeat(piece.breaks) : lineEnd()
      else if (piece.comment) out += ' '
      else out += goesOn && choose([false, false, true]) ? lineEnd() : gap(before, piece, choose)
    }
    if (OPENERS.includes(piece.text)) round++
    if (CLOSERS.includes(piece.text)) round--
    out += piece.text
    before = piece
  }
  return out + choose(['', '\n', '\n\n # last', ' # last'])
}
