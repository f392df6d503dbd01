import { SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeSafetensors,
  encodeSafetensors,
  readFloats,
  type Safetensors,
  type StoredTensor,
  storeFloats,
} from '../src/checkpoint/safetensors.ts'

fc.configureGlobal({ seed: 1 })

/** A file from its header's text and its data. */
function fileOf(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(header)
  const file = new Uint8Array(8 + text.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  file.set(data, 8 + text.length)
  return file
}

/** Decodes: a tensor file, or the coded error; any other exception fails the test. */
function attempt(file: Uint8Array): Safetensors | SnnxError {
  try {
    return decodeSafetensors(file, 'the file')
  } catch (failure) {
    expect(failure).toBeInstanceOf(SnnxError)
    const error = failure as SnnxError
    expect(error.code).toBe('SNX0801')
    expect(error.help).toBeTruthy()
    expect(error.message).toMatch(/^the file is not a whole safetensors file: /)
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.message.length).toBeLessThan(600)
    return error
  }
}

const floats = fc
  .array(fc.float({ noNaN: true }), { maxLength: 20 })
  .map((values) => storeFloats(Float32Array.from(values), [values.length]))
const words = fc.tuple(fc.constantFrom('U8' as const, 'U16' as const), fc.nat(9), fc.nat(4)).map(([dtype, a, b]) => {
  const bytes = Uint8Array.from({ length: a * b * (dtype === 'U8' ? 1 : 2) }, (_, at) => (at * 37) % 256)
  return { dtype, shape: [a, b], bytes } satisfies StoredTensor
})
const name = fc.string({ minLength: 1 }).filter((text) => !/^\d+$|^__/.test(text))
const content = fc.record({
  tensors: fc.array(fc.tuple(name, fc.oneof(floats, words)), { maxLength: 6 }).map((entries) => new Map(entries)),
  metadata: fc.dictionary(name, fc.string()).map((entries) => ({ ...entries })),
})

describe('safetensors', () => {
  it('gives back what was stored', () => {
    fc.assert(
      fc.property(content, (content) => {
        const read = decodeSafetensors(encodeSafetensors(content), 'the file')
        expect(read.metadata).toEqual(content.metadata)
        expect([...read.tensors]).toEqual([...content.tensors])
      }),
    )
  })

  it('is laid out as the format says: length, JSON header aligned to 8 bytes, data', () => {
    const file = encodeSafetensors({
      tensors: new Map([['w', storeFloats(Float32Array.of(1, -2), [2])]]),
      metadata: { format: 'x' },
    })
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))).toEqual({
      __metadata__: { format: 'x' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    })
    expect([...file.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192])
  })

  it('keeps every bit of a float, and copies: signed zeros, denormals, NaN payloads', () => {
    const bits = Uint32Array.of(0x80000000, 1, 0x7f800000, 0xffc12345, 0x3f800001)
    const stored = storeFloats(new Float32Array(bits.buffer), [5])
    bits.fill(0)
    expect([...new Uint32Array(readFloats(stored).buffer)]).toEqual([0x80000000, 1, 0x7f800000, 0xffc12345, 0x3f800001])
  })

  it('reads a view that starts anywhere in its buffer', () => {
    const file = encodeSafetensors({
      tensors: new Map([['w', storeFloats(Float32Array.of(1, 2, 3), [3])]]),
      metadata: {},
    })
    for (const shift of [1, 2, 3]) {
      const moved = new Uint8Array(file.length + shift)
      moved.set(file, shift)
      expect([...readFloats(decodeSafetensors(moved.subarray(shift), '').tensors.get('w')!)]).toEqual([1, 2, 3])
    }
  })
})

describe('a damaged file', () => {
  const sample = encodeSafetensors({
    tensors: new Map<string, StoredTensor>([
      ['linear1.weight', storeFloats(Float32Array.from({ length: 12 }, Math.sqrt), [3, 4])],
      ['linear1.bias', storeFloats(Float32Array.of(1, 2, 3), [3])],
      ['positions', { dtype: 'U8', shape: [5], bytes: Uint8Array.of(1, 2, 3, 4, 5) }],
    ]),
    metadata: { format: 'snnx', note: 'a "quoted" text' },
  })

  it('cut anywhere is an error', () => {
    for (let length = 0; length < sample.length; length++)
      expect(attempt(sample.slice(0, length))).toBeInstanceOf(SnnxError)
  })

  it('with anything behind it is an error', () => {
    expect(attempt(Uint8Array.of(...sample, 0))).toBeInstanceOf(SnnxError)
  })

  it('with any bit flipped is an error or a file of the same size, never anything else', () => {
    for (let bit = 0; bit < sample.length * 8; bit++) {
      const file = sample.slice()
      file[bit >> 3]! ^= 1 << (bit & 7)
      const read = attempt(file)
      if (read instanceof SnnxError) continue
      const bytes = [...read.tensors.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0)
      expect(bytes).toBe(12 * 4 + 3 * 4 + 5)
    }
  })

  it('made of random bytes, or with random bytes for a header, is an error or a file', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void attempt(bytes)))
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 20 }), (text, data) => void attempt(fileOf(text, data))),
    )
  })

  it('with any JSON for a header, or for one entry, is an error or a file', () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record({
        dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'U16', 'F64', 'toString'), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.oneof(fc.nat(5), fc.double(), fc.constant(2 ** 52))), fc.jsonValue()),
        data_offsets: fc.oneof(fc.array(fc.nat(20)), fc.constant([0, 8]), fc.jsonValue()),
      }),
    )
    const header = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__metadata__', '__proto__', 'w')), entry)
    fc.assert(
      fc.property(fc.oneof(header, fc.jsonValue()), fc.uint8Array({ maxLength: 20 }), (header, data) => {
        void attempt(fileOf(JSON.stringify(header), data))
      }),
      { numRuns: 400 },
    )
  })

  const entry = (of: object) => JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...of } })
  it.each([
    ['no header', new Uint8Array(7)],
    ['a header of 2^63 bytes', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 1)],
    ['a header of 4 GiB', Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 1)],
    ['a list for a header', fileOf('[]')],
    ['null for a header', fileOf('null')],
    ['invalid UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe)],
    ['a type unknown here', fileOf(entry({ dtype: 'F9' }), new Uint8Array(8))],
    ['a type of Object.prototype', fileOf(entry({ dtype: 'constructor' }), new Uint8Array(8))],
    ['a huge shape', fileOf(entry({ shape: [2 ** 40, 2 ** 40] }), new Uint8Array(8))],
    ['a shape beyond whole numbers', fileOf(entry({ shape: [1e300] }), new Uint8Array(8))],
    ['a negative size', fileOf(entry({ shape: [-2, -1] }), new Uint8Array(8))],
    ['half a size', fileOf(entry({ shape: [0.5, 4] }), new Uint8Array(8))],
    ['too few bytes', fileOf(entry({}), new Uint8Array(4))],
    ['too many bytes', fileOf(entry({}), new Uint8Array(12))],
    ['offsets that run backwards', fileOf(entry({ data_offsets: [8, 0] }), new Uint8Array(8))],
    ['a gap before the first tensor', fileOf(entry({ data_offsets: [4, 12] }), new Uint8Array(12))],
    ['three offsets', fileOf(entry({ data_offsets: [0, 4, 8] }), new Uint8Array(8))],
    ['metadata that is a text', fileOf('{"__metadata__": "x"}')],
    ['metadata that is null', fileOf('{"__metadata__": null}')],
    [
      'two tensors in the same bytes',
      fileOf(
        JSON.stringify({
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
        }),
        new Uint8Array(8),
      ),
    ],
  ])('%s is an error', (_, file) => expect(attempt(file)).toBeInstanceOf(SnnxError))

  it('whose metadata has a value without a text is an error, not a TypeError', () => {
    expect(attempt(fileOf('{"__metadata__": {"a": {"toString": 1}}}'))).toBeInstanceOf(SnnxError)
    expect(attempt(fileOf('{"__metadata__": {"a": 1}}'))).toBeInstanceOf(SnnxError)
  })

  it('whose header is nested a hundred thousand deep is an error, not an overflow of the stack', () => {
    const deep = '['.repeat(1e5) + ']'.repeat(1e5)
    for (const key of ['dtype', 'shape', 'data_offsets'])
      expect(attempt(fileOf(`{"w": {"dtype": "F32", "${key}": ${deep}}}`))).toBeInstanceOf(SnnxError)
  })

  it('whose names hold control characters or never end gives a message fit for a terminal', () => {
    for (const name of ['\u001b[31m\n', 'w'.repeat(1e5)]) {
      expect(attempt(fileOf(JSON.stringify({ [name]: {} })))).toBeInstanceOf(SnnxError)
      const shape = Array.from({ length: 1e4 }, () => 7)
      const file = fileOf(JSON.stringify({ [name]: { dtype: 'U8', shape, data_offsets: [0, 8] } }), new Uint8Array(8))
      expect(attempt(file)).toBeInstanceOf(SnnxError)
    }
  })
})

it('a header in another order than the tensors lie is valid: the format asks only that they leave no holes', () => {
  const tensor = (from: number) => ({ dtype: 'U8', shape: [4], data_offsets: [from, from + 4] })
  const file = fileOf(JSON.stringify({ a: tensor(4), b: tensor(0) }), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
  const { tensors } = decodeSafetensors(file, 'the file')
  expect([...tensors.get('a')!.bytes]).toEqual([5, 6, 7, 8])
  expect([...tensors.get('b')!.bytes]).toEqual([1, 2, 3, 4])
})
