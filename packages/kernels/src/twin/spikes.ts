import { countBits } from './bits.ts'
import { checkLength, rowsOf, wordsOf } from './lengths.ts'

export function packSpikes(values: Float32Array, row: number, bits: Uint32Array): void {
  const words = wordsOf(row)
  checkLength('bits', bits, rowsOf(values.length, row) * words)
  bits.fill(0)
  for (let index = 0; index < values.length; index++) {
    const at = index % row
    if (values[index] !== 0) bits[Math.floor(index / row) * words + (at >>> 5)]! |= 1 << (at & 31)
  }
}

export function expandSpikes(bits: Uint32Array, row: number, scale: number, values: Float32Array): void {
  const words = wordsOf(row)
  checkLength('bits', bits, rowsOf(values.length, row) * words)
  for (let index = 0; index < values.length; index++) {
    const at = index % row
    const spike = (bits[Math.floor(index / row) * words + (at >>> 5)]! >>> (at & 31)) & 1
    values[index] = spike === 1 ? scale : 0
  }
}

export function countSpikes(bits: Uint32Array): number {
  return bits.reduce((count, word) => count + countBits(word), 0)
}

export function repackSpikes(bits: Uint32Array, row: number, newRow: number, out: Uint32Array): void {
  const values = new Float32Array(rowsOf(bits.length, wordsOf(row)) * row)
  expandSpikes(bits, row, 1, values)
  packSpikes(values, newRow, out)
}
