import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { count, DATASETS, DatasetSpecSchema, factsOf, identifyJob, isEventSet, parseResult } from '../src/index.ts'
import { circumstances, job } from './sample.ts'

describe('augmentation', () => {
  const spec = { name: 'cifar10', encode: 'direct', batch: 64, validation: 0.1 } as const

  it('is a key of its own, left out where nothing is done', () => {
    const augment = { crop: 4, flip: true }
    expect(DatasetSpecSchema.parse({ ...spec, augment })).toEqual({ ...spec, augment })
    expect(DatasetSpecSchema.parse({ ...spec, augment: { ...augment, roll: 3 } }).augment).toEqual({
      ...augment,
      roll: 3,
    })
    expect(Object.keys(DatasetSpecSchema.parse(spec))).not.toContain('augment')
    for (const hostile of [
      { crop: 0, flip: false },
      { crop: -1, flip: true },
      { crop: 1.5, flip: true },
      { crop: 4 },
      { crop: 4, flip: true, roll: 0 },
      null,
    ])
      expect(DatasetSpecSchema.safeParse({ ...spec, augment: hostile }).success).toBe(false)
  })

  it('makes another job', () => {
    const identify = (augment?: { crop: number; flip: boolean }) =>
      identifyJob({ ...job, dataset: { ...job.dataset, ...(augment && { augment }) } }, circumstances)
    const hashes = [identify(), identify({ crop: 4, flip: false }), identify({ crop: 4, flip: true })]
    expect(new Set(hashes).size).toBe(3)
    expect(hashes[0]).toBe(identifyJob(job, circumstances))
  })
})

describe('the records of this repository', () => {
  const root = join(import.meta.dirname, '../../../experiments')
  const records = readdirSync(root).flatMap((experiment) => {
    // What `npm start` makes on this machine is not committed.
    if (experiment === 'quickstart') return []
    const folder = join(root, experiment, 'results')
    if (!existsSync(folder)) return []
    return readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [join(folder, file)] : []))
  })

  it('are still the jobs that their names say', () => {
    expect(records.length).toBeGreaterThan(5)
    for (const file of records) {
      const record = parseResult(readFileSync(file, 'utf8'), file)
      expect(file).toContain(identifyJob(record.job, { data: record.data.digest, engine: record.engine.version }))
    }
  })
})

it('every data set of images has a mean and a deviation for each channel', () => {
  for (const { shape, mean, std, events } of Object.values(DATASETS)) {
    if (events) continue
    const channels = shape.length === 3 ? shape[0] : 1
    expect([mean.length, std.length]).toEqual([channels, channels])
    expect(count(shape) % mean.length).toBe(0)
  }
})

describe('images in folders', () => {
  const spec = {
    name: 'images',
    encode: 'direct',
    batch: 64,
    validation: 0.1,
    folder: 'data/imagenet',
    size: 224,
    shorter: 256,
    classes: 1000,
  } as const

  it('say what the network sees, and nothing of how many there are', () => {
    expect(DatasetSpecSchema.parse(spec)).toEqual(spec)
    expect(factsOf(spec)).toEqual({ title: 'images of data/imagenet', shape: [3, 224, 224], classes: 1000 })
    expect(factsOf({ name: 'mnist', encode: 'direct', batch: 64, validation: 0.1 })).toBe(DATASETS.mnist)
  })

  it('lie below the folder of the spec, and are cut out of what is not smaller', () => {
    const hostile = [{ folder: '../imagenet' }, { folder: '/imagenet' }, { shorter: 223 }, { classes: 1 }, { size: 0 }]
    for (const change of hostile) expect(DatasetSpecSchema.safeParse({ ...spec, ...change }).success).toBe(false)
    expect(DatasetSpecSchema.safeParse({ ...spec, name: 'mnist' }).success).toBe(false)
    const { size: _, ...lacking } = spec
    expect(DatasetSpecSchema.safeParse(lacking).success).toBe(false)
  })

  it('can be varied by a random part of each', () => {
    const varied = (augment: unknown) => DatasetSpecSchema.safeParse({ ...spec, augment }).success
    expect(varied({ crop: 0, flip: false, area: 0.08 })).toBe(true)
    expect(varied({ crop: 0, flip: false })).toBe(false)
    for (const area of [0, 1.1, -1]) expect(varied({ crop: 0, flip: true, area })).toBe(false)
  })
})

describe('recordings of events', () => {
  const spec = { encode: 'direct', batch: 64, validation: 0.1 } as const
  const frames = { frames: 10, split: 'count' } as const

  it('are those of the sets that say so, with a channel for each polarity', () => {
    for (const { name, events, shape } of Object.values(DATASETS)) {
      expect(isEventSet(name)).toBe(events === true)
      if (events) expect([shape.length, shape[0]]).toEqual([3, 2])
    }
  })

  it('are integrated into frames, which images are not', () => {
    expect(DatasetSpecSchema.parse({ ...spec, name: 'nmnist', ...frames })).toMatchObject(frames)
    for (const hostile of [
      { name: 'nmnist' },
      { name: 'nmnist', frames: 10 },
      { name: 'nmnist', split: 'time' },
      { name: 'nmnist', frames: 0, split: 'time' },
      { name: 'mnist', ...frames },
      { name: 'mnist', frames: 10 },
    ])
      expect(DatasetSpecSchema.safeParse({ ...spec, ...hostile }).success).toBe(false)
  })
})
