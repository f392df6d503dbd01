import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { denseJob, digest, identifyJob, JobSchema } from '../src/index.ts'
import { circumstances, job } from './sample.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** RFC 8785 for the values that jobs hold: keys sorted, numbers and strings as JSON.stringify writes them. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.keys(value).toSorted()
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(',')}}`
}

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, held]) => [key, reversed(held)]),
  )
}

/** Every job that differs from `value` in one leaf. */
function* variations(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const [index, held] of value.entries()) for (const other of variations(held)) yield value.with(index, other)
    yield [...value, 1]
  } else if (value !== null && typeof value === 'object') {
    for (const [key, held] of Object.entries(value))
      for (const other of variations(held)) yield { ...value, [key]: other }
  } else {
    yield typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}x`
  }
}

const plain = JSON.parse(JSON.stringify(job)) as Json
const identify = (value: Json) => identifyJob(value as unknown as typeof job, circumstances)

describe('identifyJob', () => {
  it('is the first 16 digits of sha256 over the canonical JSON', () => {
    const text = canonical({ job: plain, ...circumstances })
    expect(identifyJob(job, circumstances)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 16))
  })

  it('stays what it was: stored results are found by it', () => {
    expect(identifyJob(job, circumstances)).toBe('9facfd33d9e51f09')
    expect(identifyJob(denseJob(job), circumstances)).toBe('3bce46bd290f4ed6')
  })

  it('does not depend on the order of keys', () => {
    expect(JSON.stringify(reversed(plain))).not.toBe(JSON.stringify(plain))
    expect(identify(reversed(plain))).toBe(identify(plain))
  })

  it('changes with any field', () => {
    const others = [...variations(plain)]
    expect(others.length).toBeGreaterThan(60)
    expect(new Set([identify(plain), ...others.map(identify)]).size).toBe(others.length + 1)
    const elsewhere = { ...circumstances, data: 'e'.repeat(64) }
    expect(identifyJob(job, elsewhere)).not.toBe(identify(plain))
    expect(identifyJob(job, { ...circumstances, engine: 2 })).not.toBe(identify(plain))
  })

  it('refuses a job whose backend is not resolved', () => {
    expect(() => identifyJob({ ...job, backend: 'auto' }, circumstances)).toThrow(/backend/)
  })

  it('gives jobs that differ in compression only one dense job', () => {
    const other = JobSchema.parse({ ...job, compress: { ...job.compress!, span: 1 } })
    expect(denseJob(other)).toEqual(denseJob(job))
    expect(denseJob(job)).toEqual({ ...job, compress: null })
  })
})

describe('digest', () => {
  it('is sha256', () => {
    expect(digest(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(digest(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
