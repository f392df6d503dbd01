import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { CIFAR_CLASSES } from '../../src/events/cifar10-dvs.ts'
import { integrateEvents } from '../../src/events/integrate.ts'
import { openEvents } from '../../src/events/open.ts'
import { EVENT_SOURCES, type EventSource } from '../../src/events/source.ts'
import { makeZip } from '../archive/packing.ts'
import { freshFolder } from '../small-set.ts'
import { eventsOf, type Row } from './recording.ts'

/** Of each class the recordings 0, 99 (for testing), 100 and 1000 (for training). */
const NUMBERS = [0, 99, 100, 1000]
const SMALL: EventSource = {
  ...EVENT_SOURCES.cifar10_dvs,
  facts: { ...EVENT_SOURCES.cifar10_dvs.facts, train: 20, test: 20 },
  archives: {},
  perClass: { train: CIFAR_CLASSES.map(() => 2), test: CIFAR_CLASSES.map(() => 2) },
}

/** An address and a time an event, big-endian, drawn as words: what SpikingJelly makes of them stands below. */
function draw(name: string, number: number): { content: Buffer; rows: Row[] } {
  const random = createRandom(number, name)
  const words = Array.from({ length: 50 }, (_, index) => [random.below(1 << 15), index * 100])
  const view = new DataView(new ArrayBuffer(400))
  for (const [index, [address, time]] of words.entries()) {
    view.setUint32(8 * index, address!)
    view.setUint32(8 * index + 4, time!)
  }
  // `x, y = 127 - y, 127 - x` and `p = 1 - p` of `x_mask = 0xFE`, `y_mask = 0x7F00`, `polarity_mask = 1`.
  const rows = words.map(
    ([address, time]): Row => [
      time!,
      127 - ((address! & 0x7f00) >> 8),
      127 - ((address! & 0xfe) >> 1),
      1 - (address! & 1),
    ],
  )
  return {
    content: Buffer.concat([Buffer.from('#!AER-DAT2.0\r\n# This is a raw AE data file\r\n'), Buffer.from(view.buffer)]),
    rows,
  }
}

function write(form: 'tree' | 'zip'): string {
  const root = freshFolder()
  mkdirSync(join(root, 'CIFAR10DVS'))
  for (const name of CIFAR_CLASSES) {
    const files = NUMBERS.map(
      (number) => [`${name}/cifar10_${name}_${number}.aedat`, draw(name, number).content] as const,
    )
    if (form === 'zip') writeFileSync(join(root, 'CIFAR10DVS', `${name}.zip`), makeZip(Object.fromEntries(files)))
    else {
      mkdirSync(join(root, 'CIFAR10DVS', name))
      for (const [path, content] of files) writeFileSync(join(root, 'CIFAR10DVS', path), content)
    }
  }
  return root
}

describe('CIFAR10-DVS', () => {
  it.each(['tree', 'zip'] as const)(
    'is read from a %s as SpikingJelly reads it, the first 100 of each class for testing',
    async (form) => {
      const environment = { SNNX_DATA: write(form), SNNX_CACHE: freshFolder() }
      const dataset = await openEvents(SMALL, { validation: 0.1, frames: 2, split: 'time' }, 0, environment)
      expect([dataset.train.count, dataset.validation.count, dataset.test.count]).toEqual([18, 2, 20])
      const expected = CIFAR_CLASSES.flatMap((name, label) =>
        NUMBERS.slice(0, 2).map((number) => ({
          label,
          frames: [...integrateEvents(eventsOf(draw(name, number).rows, 128, 128), 2, 'time')],
        })),
      )
      const found = Array.from(dataset.test.batches(1, null), ({ inputs, labels }) => ({
        label: labels[0]!,
        frames: [...inputs],
      }))
      expect(found).toEqual(expected)
    },
  )
})
