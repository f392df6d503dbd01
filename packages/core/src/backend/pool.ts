/** Buffers of at least this many floats are pooled, smaller ones are left to the garbage collector. */
export const POOLED = 1 << 14
/** Floats of a chunk: 1 GiB, of which the machine provides what was ever touched. */
const CHUNK = 1 << 28
/** Buffers begin on cache lines. */
const LINE = 16

/** A stretch of a chunk that nobody holds. */
interface Gap {
  start: number
  length: number
}

/** Memory that is handed out in pieces, and what of it is free, by place. */
interface Chunk {
  memory: Float32Array<ArrayBuffer>
  gaps: Gap[]
}

/**
 * Float buffers that are cut from large chunks, each as far to the front as it fits, and joined with their neighbours when
 * they are given back. Fresh memory costs eight times what filling it does, and a training step takes and gives the same
 * buffers in the same order: so no step after the first touches fresh memory, and hardly more is ever touched than was in
 * use at once.
 */
export class BufferPool {
  readonly #chunks: Chunk[] = []

  /** A buffer of arbitrary content (zeros if it is new). */
  take(length: number): Float32Array {
    if (length < POOLED) return new Float32Array(length)
    const needed = roundUp(length)
    for (const chunk of this.#chunks) {
      const start = cut(chunk, needed)
      if (start !== null) return chunk.memory.subarray(start, start + length)
    }
    this.#chunks.push(openChunk(Math.max(CHUNK, needed)))
    return this.take(length)
  }

  /** Takes a buffer back; nobody may read or write it any more. */
  give(buffer: Float32Array): void {
    if (buffer.length < POOLED) return
    const chunk = this.#chunks.find(({ memory }) => memory.buffer === buffer.buffer)!
    join(chunk, { start: buffer.byteOffset / buffer.BYTES_PER_ELEMENT, length: roundUp(buffer.length) })
  }
}

/** Whole cache lines. */
function roundUp(length: number): number {
  return Math.ceil(length / LINE) * LINE
}

function openChunk(length: number): Chunk {
  return { memory: new Float32Array(length), gaps: [{ start: 0, length }] }
}

/** Takes `length` floats from the first gap that has them; `null` if none has. */
function cut({ gaps }: Chunk, length: number): number | null {
  const index = gaps.findIndex((gap) => gap.length >= length)
  const gap = gaps[index]
  if (!gap) return null
  const { start } = gap
  if (gap.length === length) gaps.splice(index, 1)
  else gaps[index] = { start: start + length, length: gap.length - length }
  return start
}

/** Puts a gap in its place, joined with the gaps that it touches. */
function join({ gaps }: Chunk, { start, length }: Gap): void {
  let index = gaps.findIndex((gap) => gap.start > start)
  if (index < 0) index = gaps.length
  const [before, after] = [gaps[index - 1], gaps[index]]
  const touchesBefore = before !== undefined && before.start + before.length === start
  const touchesAfter = after !== undefined && start + length === after.start
  const joined = {
    start: touchesBefore ? before.start : start,
    length: length + (touchesBefore ? before.length : 0) + (touchesAfter ? after.length : 0),
  }
  gaps.splice(index - (touchesBefore ? 1 : 0), Number(touchesBefore) + Number(touchesAfter), joined)
}
