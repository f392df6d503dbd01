import { readCifar } from './cifar-set.ts'
import { readIdx } from './idx-set.ts'
import type { Paths, Source } from './source.ts'

/** Images and labels as stored: one byte a value, [count, ...shape] flat. */
export interface Images {
  images: Uint8Array
  labels: Uint8Array
  shape: readonly number[]
  classes: number
}

/**
 * Reads a set's files and checks everything about them, from the gzip stream to the sha256 of the content.
 * @throws SNX0702 to SNX0710 and SNX0714, naming the file, what was expected and what was found
 */
export function readImages(source: Source, paths: Paths): Promise<{ train: Images; test: Images }> {
  return source.format === 'idx' ? readIdx(source, paths) : readCifar(source, paths)
}
