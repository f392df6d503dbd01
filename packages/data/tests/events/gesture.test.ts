import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createRandom } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { integrateEvents } from '../../src/events/integrate.ts'
import { openEvents } from '../../src/events/open.ts'
import { unpackFrames } from '../../src/events/pack.ts'
import { readRecordings } from '../../src/events/recordings.ts'
import { EVENT_SOURCES, type EventSource } from '../../src/events/source.ts'
import { type Files, makeTar } from '../archive/packing.ts'
import { freshFolder } from '../small-set.ts'
import { encodeAedat3, packet3 } from './encode.ts'
import { eventsOf, type Row } from './recording.ts'

/** Three trials of 4 s. The times of the second one do not ascend everywhere, and gestures overlap, as in the original. */
const TRIALS = ['user01_led', 'user01_natural', 'user24_led'] as const
const rows = Object.fromEntries(
  TRIALS.map((name, index) => {
    const random = createRandom(index, 'gesture')
    const drawn = Array.from(
      { length: 900 },
      (): Row => [random.below(4_000_000), random.below(128), random.below(128), random.below(2)],
    )
    const sorted = drawn.toSorted(([a], [b]) => a - b)
    if (name === 'user01_natural') sorted.push(...sorted.splice(100, 30))
    return [name, sorted]
  }),
) as Record<(typeof TRIALS)[number], Row[]>
const GESTURES: Record<(typeof TRIALS)[number], [number, number, number][]> = {
  user01_led: [[1, 0, 1_500_000], [11, 1_400_000, 4_000_000]], // biome-ignore format: two rows
  user01_natural: [[3, 200_000, 2_000_000], [3, 2_000_000, 3_999_999]], // biome-ignore format: two rows
  user24_led: [[2, 5, 3_000_000]],
}
const table = (gestures: readonly (readonly number[])[]) =>
  ['class,startTime_usec,endTime_usec', ...gestures.map(String), ''].join('\n')
const FILES: Files = {
  'DvsGesture/README.txt': Buffer.from('about'),
  ...Object.fromEntries(
    TRIALS.map((name) => {
      const packets = [rows[name].slice(0, 500), rows[name].slice(500)].map((part) => packet3(part))
      return [`DvsGesture/${name}.aedat`, encodeAedat3(packets)]
    }),
  ),
  ...Object.fromEntries(TRIALS.map((name) => [`DvsGesture/${name}_labels.csv`, Buffer.from(table(GESTURES[name]))])),
  'DvsGesture/trials_to_test.txt': Buffer.from('user24_led.aedat\r\n'),
  'DvsGesture/trials_to_train.txt': Buffer.from('user01_led.aedat\nuser01_natural.aedat\n\n'),
}

const SMALL: EventSource = {
  ...EVENT_SOURCES.dvs128_gesture,
  facts: { ...EVENT_SOURCES.dvs128_gesture.facts, train: 4, test: 1 },
  archives: {},
}

function write(form: 'tree' | 'tar.gz', changes: Record<string, Uint8Array | null> = {}): string {
  const root = freshFolder()
  const files = Object.entries({ ...FILES, ...changes }).filter(
    (file): file is [string, Uint8Array] => file[1] !== null,
  )
  mkdirSync(join(root, 'DvsGesture'))
  if (form === 'tar.gz') writeFileSync(join(root, 'DvsGesture.tar.gz'), gzipSync(makeTar(Object.fromEntries(files))))
  else for (const [name, content] of files) writeFileSync(join(root, name), content)
  return root
}

const open = (root: string) =>
  openEvents(SMALL, { validation: 0.25, frames: 3, split: 'count' }, 0, { SNNX_DATA: root, SNNX_CACHE: freshFolder() })

describe('DVS128 Gesture', () => {
  it('is cut out of its trials by their labels, as SpikingJelly does', async () => {
    const folder = join(write('tree'), 'DvsGesture')
    const lists = ['trials_to_train.txt', 'trials_to_test.txt'].map((name) => [name, join(folder, name)])
    const { train, test } = await readRecordings(SMALL, folder, Object.fromEntries(lists), 3, 'count')
    expect([[...train.labels], [...test.labels]]).toEqual([[0, 10, 2, 2], [1]])
    const expected = TRIALS.flatMap((name) =>
      GESTURES[name].map(([, start, end]) => {
        const part = rows[name].filter(([t]) => t >= start && t < end)
        return integrateEvents(eventsOf(part, 128, 128), 3, 'count')
      }),
    )
    for (const [index, packed] of [...train.packed, ...test.packed].entries()) {
      const frames = new Uint32Array(3 * 2 * 128 * 128)
      unpackFrames(packed, (place, count) => {
        frames[place] = count
      })
      expect(frames).toEqual(expected[index])
    }
  })

  it('is the same from its archive, in whatever order that is', async () => {
    const [tree, archive] = await Promise.all([open(write('tree')), open(write('tar.gz'))])
    for (const part of ['train', 'validation', 'test'] as const) {
      const copies = [tree, archive].map((dataset) =>
        Array.from(dataset[part].batches(2, null), ({ inputs, labels }) => [inputs.slice(), labels.slice()]),
      )
      expect(copies[1]).toEqual(copies[0])
    }
    expect(tree.test).toMatchObject({ count: 1, frames: 3, shape: [2, 128, 128], classes: 11 })
  })

  it.each([
    [
      'without the labels of a trial',
      { 'DvsGesture/user01_natural_labels.csv': null },
      'SNX0720',
      'expected the labels of user01_natural.aedat, found none',
    ],
    ['without a trial', { 'DvsGesture/user01_led.aedat': null }, 'SNX0720', 'expected 4 recordings of train, found 2'],
    [
      'with a gesture that there is not',
      { 'DvsGesture/user24_led_labels.csv': Buffer.from(table([[12, 0, 5]])) },
      'SNX0717',
      'it has the line "12,0,5"',
    ],
    [
      'with labels of another kind',
      { 'DvsGesture/user24_led_labels.csv': Buffer.from('a\n<html>') },
      'SNX0717',
      'it has the line "<html>"',
    ],
    [
      'with a trial that is cut',
      { 'DvsGesture/user24_led.aedat': FILES['DvsGesture/user24_led.aedat']!.subarray(0, 4000) },
      'SNX0717',
      'its last packet is cut',
    ],
  ])('is refused %s', async (_, changes, code, message) => {
    for (const form of ['tree', 'tar.gz'] as const) {
      await expect(open(write(form, changes))).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      })
    }
  })
})
