import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Dataset, EventSpec } from '@snnx/ir'
import { nowhere, unreadable, wrongContent } from '../errors.ts'
import { cacheFolder, type Environment, findSource } from '../find.ts'
import type { Paths } from '../source.ts'
import { splitParts } from '../split.ts'
import { selectRecordings } from './examples.ts'
import { readRecordings } from './recordings.ts'
import { digestEvents, type EventSource } from './source.ts'

/**
 * Finds, verifies, decodes, integrates and splits a set of recordings.
 * @throws SNX0701 to SNX0720, each naming the file or the places concerned
 */
export async function openEvents(
  source: EventSource,
  { validation, augment, frames, split }: Pick<EventSpec, 'validation' | 'augment' | 'frames' | 'split'>,
  seed: number,
  environment: Environment,
): Promise<Dataset> {
  const { name } = source.facts
  const location = await findSource(source, environment)
  if (location.origin === 'download') throw nowhere(name, location.looked, howToPut(source, environment))
  await verifyArchives(source, location.files)
  const { train, test } = await readRecordings(source, location.folder, location.files, frames, split)
  const parts = splitParts(train.labels, train.classes, validation, seed)
  return {
    name,
    digest: digestEvents(source),
    train: selectRecordings(train, parts.train, augment ?? null),
    validation: selectRecordings(train, parts.validation),
    test: selectRecordings(test, Uint32Array.from(test.labels.keys())),
  }
}

async function verifyArchives({ archives, facts }: EventSource, paths: Paths): Promise<void> {
  for (const path of Object.values(paths)) {
    const expected = archives[basename(path)]
    if (expected === undefined) continue
    const hash = createHash('md5')
    await pipeline(createReadStream(path), hash).catch((error: unknown) => {
      throw unreadable(path, error)
    })
    const found = hash.digest('hex')
    if (found !== expected) throw wrongContent(path, facts.title, expected, found, 'MD5')
  }
}

function howToPut(source: EventSource, environment: Environment): string {
  const ways = source.forms.map((names) => names.join(' and '))
  const lines = [
    `put ${ways.join(', or ')} into ${cacheFolder(source, environment)}`,
    `or into a folder \`${source.folders[0]}\` anywhere and set SNNX_DATA to the folder around it`,
    source.hint,
  ]
  return lines.join('\n')
}
