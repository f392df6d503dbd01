import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Augment, Batch, Dataset } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawWindow } from '../../src/augment.ts'
import { integrateEvents } from '../../src/events/integrate.ts'
import { openEvents } from '../../src/events/open.ts'
import type { EventSource } from '../../src/events/source.ts'
import { findDataset } from '../../src/find.ts'
import { digestDataset, openDataset } from '../../src/index.ts'
import { freshFolder } from '../small-set.ts'
import { eventsOf } from './recording.ts'
import { FILES, LISTING, ROWS, SMALL_EVENTS, sum, writeSmallEvents } from './small-events.ts'

const SPEC = { validation: 0.25, frames: 4, split: 'time' } as const

function open(root: string, source: EventSource = SMALL_EVENTS, spec: Parameters<typeof openEvents>[1] = SPEC) {
  return openEvents(source, spec, 0, { SNNX_DATA: root, SNNX_CACHE: freshFolder() })
}

/** The examples by label and frames, whatever their order in a batch. */
function examplesOf(batches: Iterable<Batch>, pixels = 4 * 2 * 34 * 34): { label: number; frames: number[] }[] {
  return Array.from(batches, ({ inputs, labels, size }) => {
    expect(inputs).toHaveLength(size * pixels)
    const frame = pixels / 4
    return Array.from({ length: size }, (_, row) => ({
      label: labels[row]!,
      frames: [0, 1, 2, 3].flatMap((step) => {
        const origin = (step * size + row) * frame
        return [...inputs.slice(origin, origin + frame)]
      }),
    }))
  }).flat()
}

const names = (part: string) =>
  Object.keys(ROWS)
    .filter((name) => name.startsWith(part))
    .sort()
const expected = (part: string, split: 'time' | 'count' = 'time') =>
  names(part).map((name) => ({
    label: Number(name.split('/')[1]),
    frames: [...integrateEvents(eventsOf(ROWS[name]!, 34, 34), 4, split)],
  }))

describe('recordings of N-MNIST', () => {
  it.each(['tar.gz', 'zip', 'tree'] as const)('are the same from a %s', async (form) => {
    const root = freshFolder()
    writeSmallEvents(root, form)
    const dataset = await open(root)
    expect([dataset.train.count, dataset.validation.count, dataset.test.count]).toEqual([9, 3, 5])
    expect(dataset.test).toMatchObject({ frames: 4, shape: [2, 34, 34], classes: 3 })
    expect(dataset.digest).toBe(LISTING)
    expect(examplesOf(dataset.test.batches(2, null))).toEqual(expected('Test'))
    const both = [...examplesOf(dataset.train.batches(4, null)), ...examplesOf(dataset.validation.batches(4, null))]
    const order = (of: typeof both) => of.map((example) => JSON.stringify(example)).sort()
    expect(order(both)).toEqual(order(expected('Train')))
  })

  it('are split into frames by count too', async () => {
    const root = freshFolder()
    writeSmallEvents(root, 'tree')
    const { test } = await open(root, SMALL_EVENTS, { ...SPEC, split: 'count' })
    expect(examplesOf(test.batches(5, null))).toEqual(expected('Test', 'count'))
  })

  it('are given in an epoch’s own order, from any batch on, in one buffer', async () => {
    const root = freshFolder()
    writeSmallEvents(root, 'tree')
    const { train } = await open(root)
    const order = { seed: 1, epoch: 2 }
    const whole = examplesOf(train.batches(4, order))
    expect(whole).toHaveLength(9)
    expect(examplesOf(train.batches(4, order, 1))).toEqual(whole.slice(4))
    expect(examplesOf(train.batches(9, order))).toEqual(whole)
    expect(examplesOf(train.batches(4, { seed: 1, epoch: 3 }))).not.toEqual(whole)
    const buffers = Array.from(train.batches(4, order), ({ inputs }) => inputs.buffer)
    expect(new Set(buffers).size).toBe(1)
  })
})

describe('varied recordings', () => {
  /** All frames moved alike, pixel by pixel: cut out with nothing around, mirrored, rolled. */
  function vary(frames: readonly number[], window: ReturnType<typeof drawWindow>): number[] {
    const moved = new Array<number>(frames.length).fill(0)
    for (let plane = 0; plane < 8; plane++) {
      for (let row = 0; row < 34; row++) {
        for (let column = 0; column < 34; column++) {
          const y = row + window.top
          const x = (window.mirrored ? 33 - column : column) + window.left
          const inside = y >= 0 && y < 34 && x >= 0 && x < 34
          const to = ((row + window.down + 340) % 34) * 34 + ((column + window.right + 340) % 34)
          moved[plane * 1156 + to] = inside ? frames[plane * 1156 + y * 34 + x]! : 0
        }
      }
    }
    return moved
  }

  it('are cropped, mirrored and rolled, in training alone', async () => {
    const root = freshFolder()
    writeSmallEvents(root, 'tree')
    const augment = fc.record({ crop: fc.nat(5), flip: fc.boolean(), roll: fc.integer({ min: 1, max: 6 }) })
    await fc.assert(
      fc.asyncProperty(augment, fc.nat(), fc.nat(9), async (how: Augment, seed, epoch) => {
        const plain: Dataset = await open(root)
        const varied = await open(root, SMALL_EVENTS, { ...SPEC, augment: how })
        for (const part of ['validation', 'test'] as const) {
          expect(examplesOf(varied[part].batches(4, null))).toEqual(examplesOf(plain[part].batches(4, null)))
        }
        // Which recording is which: those of training, in the stored order, stand in for their numbers.
        const stored = expected('Train').map(({ frames }) => String(frames))
        const before = examplesOf(plain.train.batches(4, { seed, epoch }))
        const after = examplesOf(varied.train.batches(4, { seed, epoch }))
        for (const [index, { frames, label }] of before.entries()) {
          const example = stored.indexOf(String(frames))
          expect(after[index]).toEqual({ label, frames: vary(frames, drawWindow(how, seed, epoch, example)) })
        }
      }),
      { seed: 2, numRuns: 12 },
    )
  })
})

describe('a set of recordings is refused', () => {
  const first = 'Train/0/00001.bin'
  it.each([
    ['with one too few', { [first]: null }, 'SNX0720', 'expected 12 recordings of train, found 11'],
    [
      'with one too many',
      { 'Test/0/00009.bin': FILES[first]! },
      'SNX0720',
      'expected 5 recordings of test, found more, such as Test/',
    ],
    [
      'with other classes',
      { [first]: null, 'Train/1/00001.bin': FILES[first]! },
      'SNX0720',
      'by class 4 4 4, found 3 5 4',
    ],
    [
      'with a cut one',
      { [first]: FILES[first]!.slice(1) },
      'SNX0706',
      'has the wrong length: expected a multiple of 5',
    ],
    ['with an event beyond the sensor', { [first]: Uint8Array.of(34, 0, 0, 0, 0) }, 'SNX0719', 'column 34, row 0'],
    [
      'with another event',
      { [first]: FILES[first]!.with(4, FILES[first]![4]! ^ 1) },
      'SNX0710',
      `with sha256 ${LISTING}, found`,
    ],
    [
      'with one exchanged for another',
      { [first]: FILES['Train/0/00004.bin']! },
      'SNX0710',
      `with sha256 ${LISTING}, found`,
    ],
    ['with one that is far too large', { [first]: new Uint8Array((1 << 22) + 5) }, 'SNX0714', 'too large'],
  ])('%s', async (_, changes, code, message) => {
    for (const form of ['tree', 'zip', 'tar.gz'] as const) {
      const root = freshFolder()
      writeSmallEvents(root, form, changes)
      await expect(open(root)).rejects.toMatchObject({
        name: 'SnnxError',
        code,
        message: expect.stringContaining(message),
      })
    }
  })

  it('whose archive is not the published one', async () => {
    const root = freshFolder()
    const folder = writeSmallEvents(root, 'zip')
    const source = { ...SMALL_EVENTS, archives: { 'Train.zip': sum('md5', 'another') } }
    await expect(open(root, source)).rejects.toMatchObject({
      code: 'SNX0710',
      message: expect.stringMatching(/Train.zip is not the original file of the small set: expected content with MD5 /),
    })
    unlinkSync(join(folder, 'Test.zip'))
    await expect(open(root)).rejects.toMatchObject({
      code: 'SNX0701',
      message: expect.stringContaining('(SNNX_DATA): lacks Test.zip'),
      help: expect.stringContaining('put small.tar.gz, or Train.zip and Test.zip, or Train and Test into'),
    })
  })
})

it('each set has an identity of its own', () => {
  const digests = (['nmnist', 'nmnist_1k', 'dvs128_gesture', 'cifar10_dvs'] as const).map(digestDataset)
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set(digests).size).toBe(digests.length)
})

const located = await findDataset('nmnist_1k')
const here = located.origin !== 'download'

describe.skipIf(!here)(`nmnist_1k (the original recordings${here ? '' : ' are not on this machine'})`, () => {
  it('opens in 10 frames, and gives every event once', async () => {
    const spec = {
      name: 'nmnist_1k',
      encode: 'direct',
      batch: 64,
      validation: 0.1,
      frames: 10,
      split: 'count',
    } as const
    const { train, validation, test, digest } = await openDataset(spec, { seed: 0 })
    expect([train.count, validation.count, test.count, digest]).toEqual([900, 100, 100, digestDataset('nmnist_1k')])
    const perClass = new Array<number>(10).fill(0)
    for (const { inputs, labels, size } of test.batches(64, null)) {
      for (const label of labels) perClass[label]!++
      const sums = new Float64Array(size)
      const pixels = 2 * 34 * 34
      for (const [at, count] of inputs.entries()) sums[Math.floor(at / pixels) % size]! += count
      // What the set's description says of its recordings.
      for (const events of sums) expect(events >= 1069 && events <= 7152).toBe(true)
    }
    expect(perClass).toEqual([8, 14, 8, 11, 14, 7, 10, 15, 2, 11])
  })
})
