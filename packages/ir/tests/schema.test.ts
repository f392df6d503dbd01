import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CompressSchema,
  EventSchema,
  ExperimentSchema,
  JobSchema,
  NeuronSchema,
  parseResult,
  ResultSchema,
  SnnxError,
} from '../src/index.ts'
import { job, lif, record } from './sample.ts'

fc.configureGlobal({ seed: 1 })

type Path = (string | number)[]

/** Every place inside a value. */
function* paths(value: unknown, at: Path = []): Generator<Path> {
  yield at
  if (value === null || typeof value !== 'object') return
  for (const [key, held] of Object.entries(value)) yield* paths(held, [...at, Array.isArray(value) ? Number(key) : key])
}

/** A deep copy with what is at `path` replaced. */
function replace(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change(value)
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>
  copy[key] = replace(copy[key], rest, change)
  return copy
}

const places = (value: unknown, that: (old: unknown) => boolean) =>
  [...paths(value)].filter((path) => {
    const old = path.reduce<unknown>((held, key) => (held as Record<string | number, unknown>)[key], value)
    return that(old)
  })
const isNumber = (old: unknown) => typeof old === 'number'
const isRecord = (old: unknown) => old !== null && typeof old === 'object' && !Array.isArray(old)

const SUBJECTS = [
  ['job', JobSchema, job],
  ['result', ResultSchema, record],
] as const

describe.each(SUBJECTS)('the schema of a %s', (_, schema, sample) => {
  it('accepts the sample, and gives it back through JSON unchanged', () => {
    expect(schema.parse(JSON.parse(JSON.stringify(sample)))).toEqual(sample)
  })

  it('refuses an extra key at any place', () => {
    // `variant` is the one place whose keys the user names.
    const open = places(sample, isRecord).filter((path) => path[0] !== 'variant')
    expect(open.length).toBeGreaterThan(9)
    for (const path of open) {
      const changed = replace(sample, path, (old) => ({ ...(old as object), extra: 1 }))
      expect(schema.safeParse(changed).success, path.join('.')).toBe(false)
    }
  })

  it('refuses a missing key at any place', () => {
    for (const path of places(sample, () => true).filter((path) => typeof path.at(-1) === 'string')) {
      if (path[0] === 'variant' && path.length > 1) continue
      const changed = replace(sample, path.slice(0, -1), (old) => {
        const { [path.at(-1)!]: _, ...rest } = old as Record<string, unknown>
        return rest
      })
      expect(schema.safeParse(changed).success, path.join('.')).toBe(false)
    }
  })

  it.each([NaN, Infinity, -Infinity, -1e300, '1', true, [1], {}])('refuses %s where a number stands', (hostile) => {
    for (const path of places(sample, isNumber)) {
      // Plain numbers without bounds, and swept values of any type.
      const lax =
        path[0] === 'variant' || path.at(-1) === 'resetTo' || path[0] === 'curves' || path[0] === 'energyModel'
      const times = path[0] === 'time' || /epochs|bestEpoch/i.test(String(path.at(-1)))
      if ((lax || times) && (hostile === -1e300 || path[0] === 'variant')) continue
      expect(schema.safeParse(replace(sample, path, () => hostile)).success, path.join('.')).toBe(false)
    }
  })

  it('refuses or strips __proto__, and never lets it through', () => {
    for (const path of places(sample, isRecord)) {
      const changed = replace(sample, path, (old) => {
        const copy = { ...(old as object) }
        Object.defineProperty(copy, '__proto__', { value: { polluted: true }, enumerable: true })
        return copy
      })
      const { success, data } = schema.safeParse(changed)
      if (success) expect(data).toEqual(sample)
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('answers any JSON with a verdict, never with an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths(sample)), fc.jsonValue(), (path, value) => {
        schema.safeParse(replace(sample, path, () => value))
      }),
      { numRuns: 500 },
    )
  })
})

describe('ranges', () => {
  const compress = job.compress!
  it.each([
    ['no node', { ...compress, connectivity: [] }],
    ['nothing kept', { ...compress, connectivity: [0] }],
    ['more than all kept', { ...compress, connectivity: [1.5] }],
    ['a node twice', { ...compress, connectivity: [0.25, 0.25] }],
    ['nodes that rise', { ...compress, connectivity: [0.25, 0.05, 0.1] }],
    ['a span of nothing', { ...compress, span: 0 }],
    ['negative fine-tuning', { ...compress, finetune: -1 }],
    ['a method without a strategy', { ...compress, method: 'rigl' }],
    ['keys of another method', { ...compress, method: 'gradual' }],
  ])('of compression: %s is refused', (_, hostile) => expect(CompressSchema.safeParse(hostile).success).toBe(false))

  it.each([
    ['lif', 1, true],
    ['if', 1, true],
    ['plif', 1 + 2 ** -52, true],
    ['plif', 1, false], // its logit would be infinite
    ['lif', 0.5, false],
  ] as const)('of a neuron: %s with tau = %d', (model, tau, valid) => {
    const { success, error } = NeuronSchema.safeParse({ ...lif, model, tau })
    expect(success).toBe(valid)
    if (!valid) expect(error!.issues).toMatchObject([{ path: ['tau'] }])
  })

  it('of an experiment: its name and its jobs', () => {
    const sample = { name: 'sample', doc: '', jobs: [{ job, variant: {} }] }
    expect(ExperimentSchema.safeParse(sample).success).toBe(true)
    for (const name of ['', 'Sample', '../sample', '1st', 'a b', 'a/b'])
      expect(ExperimentSchema.safeParse({ ...sample, name }).success).toBe(false)
    expect(ExperimentSchema.safeParse({ ...sample, jobs: [] }).success).toBe(false)
  })

  it('of an event: its type decides its keys', () => {
    expect(EventSchema.safeParse({ type: 'done', seconds: 1 }).success).toBe(true)
    expect(EventSchema.safeParse({ type: 'done', epoch: 1 }).success).toBe(false)
    expect(EventSchema.safeParse({ type: 'other', seconds: 1 }).success).toBe(false)
  })
})

describe('parseResult', () => {
  const text = JSON.stringify(record)

  it('reads what was written', () => expect(parseResult(text, 'a.json')).toEqual(record))

  it.each([
    ['half a file', text.slice(0, text.length / 2), /not JSON/],
    ['nothing', '', /not JSON/],
    ['a list', '[]', /not a result record/],
    ['another format', JSON.stringify({ ...record, format: 2 }), /`format`/],
    ['another seed', JSON.stringify({ ...record, job: { ...record.job, seed: 9 } }), /its job has hash/],
    ['another dense network', JSON.stringify({ ...record, denseHash: 'f'.repeat(16) }), /its dense job has hash/],
    ['an unresolved backend', JSON.stringify({ ...record, job: { ...job, backend: 'auto' } }), /its backend is `auto`/],
    ['more correct than there are', JSON.stringify({ ...record, dense: { correct: 41, total: 40 } }), /more correct/],
    [
      'an unknown prunable layer',
      JSON.stringify({ ...record, prunable: ['\u001b[31mlinear9'] }),
      /the job prunes \[linear1\]/,
    ],
  ])('refuses %s', (_, hostile, reason) => {
    const failure = failureOf(() => parseResult(hostile, 'a.json'))
    expect(failure).toMatchObject({ code: expect.stringMatching(/^SNX09\d\d$/), help: expect.any(String) })
    expect(failure.message).toContain('`a.json`')
    expect(failure.message).toMatch(reason)
    expect(failure.message).not.toMatch(/\p{Cc}/u)
  })

  it('answers a file changed at one place with the record or a coded error', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, character) => {
        const changed = text.slice(0, at) + String.fromCharCode(character) + text.slice(at + 1)
        try {
          parseResult(changed, 'a.json')
        } catch (failure) {
          expect(failure).toBeInstanceOf(SnnxError)
          expect((failure as SnnxError).code).toMatch(/^SNX09\d\d$/)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function failureOf(action: () => unknown): SnnxError {
  try {
    action()
  } catch (failure) {
    if (failure instanceof SnnxError) return failure
    throw failure
  }
  throw new Error('nothing was thrown')
}
