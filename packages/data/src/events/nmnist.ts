import { readEntry } from '../archive/entry.ts'
import { readEntries } from '../archive/read.ts'
import type { Paths } from '../source.ts'
import { decodeAtis } from './atis.ts'
import type { Recording } from './recordings.ts'

/** A recording has about 4,000 events of 5 bytes. */
const LARGEST = 1 << 22

/**
 * The recordings of N-MNIST, `Train/DIGIT/ID.bin` and `Test/DIGIT/ID.bin` (or `.bs2`, which is the same), wherever they lie in
 * the archives or folders; other files are passed over, hidden ones too.
 */
export async function* readNmnist(paths: Paths): AsyncGenerator<Recording> {
  for (const [place, path] of Object.entries(paths)) {
    for await (const entry of readEntries(path)) {
      const found = /(?:^|\/)(Train|Test)\/(\d)\/([^/.][^/]*)\.(?:bin|bs2)$/.exec(`${place}/${entry.name}`)
      if (found === null) continue
      const [, part, digit, id] = found as unknown as [string, string, string, string]
      const content = await readEntry(path, entry, LARGEST)
      yield {
        part: part === 'Train' ? 'train' : 'test',
        name: `${part}/${digit}/${id}.bin`,
        label: Number(digit),
        events: decodeAtis(content, `${path}: ${entry.name}`),
        content,
      }
    }
  }
}
