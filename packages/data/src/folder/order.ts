import type { Cut } from './decode.ts'

/** What the decoding thread is asked for: images, in memory that both threads see. */
export interface Order {
  id: number
  /** Where it says that it is done, one of `STATES`. */
  state: Int32Array
  /** Takes the images, `[files, 3, size, size]`. */
  pixels: Uint8Array
  files: readonly string[]
  cut: Cut
  /** Uniform numbers for each file's random part; `null` for the middle. */
  draws: readonly Float64Array[] | null
}

/** What the decoding thread says of an order that it could not fill. */
export interface Refusal {
  id: number
  /** The file to blame; `null` when no image could be decoded at all. */
  path: string | null
  reason: string
}

export const STATES = { pending: 0, done: 1, refused: 2 } as const
