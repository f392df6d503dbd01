import { digest, SnnxError } from '@snnx/ir'
import { memory, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../src/checkpoint/checkpoint.ts'
import { decodeSafetensors, encodeSafetensors, storeFloats } from '../src/checkpoint/safetensors.ts'
import { disposeTensors } from '../src/parameters.ts'
import { beginRun, disposeRun, keepBest, restoreRun, saveRun } from '../src/state.ts'
import { open, TESTED } from './backends.ts'
import { tensorOf } from './differences.ts'
import { traineeOf } from './trainee.ts'

const HASH = '0123456789abcdef'
const bits = (held: Tensor) => [...new Uint32Array(Float32Array.from(held.dataSync()).buffer)]
const disposeAll = ({ tensors }: Checkpoint<unknown>) => {
  for (const set of Object.values(tensors)) disposeTensors(set)
}

function refuse(file: Uint8Array, hash = HASH): SnnxError {
  try {
    disposeAll(decodeCheckpoint(hash, file))
  } catch (failure) {
    expect(failure).toBeInstanceOf(SnnxError)
    expect((failure as SnnxError).help).toBeTruthy()
    expect((failure as SnnxError).message).not.toMatch(/\p{Cc}/u)
    return failure as SnnxError
  }
  throw new Error('it was accepted')
}

describe.each(TESTED)('a checkpoint on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  const state = { step: 7, strategy: { s: 1 / 3, y: 1e-300, z: 0.1 + 0.2 }, nodes: [{ text: 'ä "x"' }], best: null }
  function sample(): Uint8Array {
    const held = {
      parameter: new Map<string, Tensor>([
        ['linear1.weight', tensorOf([1 / 3, -0, 1e-45, 3e38, -1 / 7, 0], [2, 3])],
        ['cell1.decay', tensorOf([0.25], [])],
      ]),
      first: new Map<string, Tensor>([['linear1.weight', tensorOf([1, 2, 3, 4, 5, 6], [2, 3])]]),
    }
    const file = encodeCheckpoint(HASH, { tensors: held, state })
    for (const set of Object.values(held)) disposeTensors(set)
    return file
  }

  it('gives back every bit, the shapes and the state, and the same file again', () => {
    const file = sample()
    const before = memory().numTensors
    const read = decodeCheckpoint<typeof state>(HASH, file)
    expect(read.state).toEqual(state)
    expect(Object.keys(read.tensors)).toEqual(['parameter', 'first'])
    const weight = read.tensors.parameter!.get('linear1.weight')!
    expect(weight.shape).toEqual([2, 3])
    expect(read.tensors.parameter!.get('cell1.decay')!.shape).toEqual([])
    expect(bits(weight)).toEqual([...new Uint32Array(Float32Array.of(1 / 3, -0, 1e-45, 3e38, -1 / 7, 0).buffer)])
    expect(encodeCheckpoint(HASH, read)).toEqual(file)
    disposeAll(read)
    expect(memory().numTensors).toBe(before)
  })

  it('of another job, of another version, or without a checksum is refused', () => {
    expect(refuse(sample(), 'fedcba9876543210')).toMatchObject({ code: 'SNX0803' })
    expect(refuse(sample(), 'fedcba9876543210').message).toContain(`belongs to job ${HASH}`)
    for (const change of [
      { format: 'snnx-checkpoint-0' },
      { checksum: '0'.repeat(64) },
      { hash: 'fedcba9876543210' },
    ]) {
      const { tensors, metadata } = decodeSafetensors(sample(), '')
      expect(refuse(encodeSafetensors({ tensors, metadata: { ...metadata, ...change } })).code).toBe('SNX0803')
    }
    const { tensors } = decodeSafetensors(sample(), '')
    expect(refuse(encodeSafetensors({ tensors, metadata: {} })).code).toBe('SNX0803')
  })

  it('with any bit flipped is refused, or reads the same to the bit', () => {
    const file = sample()
    const before = memory().numTensors
    let read = 0
    for (let bit = 0; bit < file.length * 8; bit += 5) {
      const flipped = file.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      try {
        const checkpoint = decodeCheckpoint(HASH, flipped)
        expect(encodeCheckpoint(HASH, checkpoint)).toEqual(file)
        disposeAll(checkpoint)
        read++
      } catch (failure) {
        expect((failure as SnnxError).code).toMatch(/^SNX080[13]$/)
      }
    }
    expect(read).toBeLessThan(10)
    expect(memory().numTensors).toBe(before)
  })

  it('cut anywhere is refused', () => {
    const file = sample()
    for (let length = 0; length < file.length; length += 5)
      expect(refuse(file.slice(0, length)).code).toMatch(/^SNX080[13]$/)
  })

  it('forged with a checksum of its own is refused where its content makes no sense', () => {
    const base = { format: 'snnx-checkpoint-2', hash: HASH }
    const word = { dtype: 'U8' as const, shape: [3], bytes: new Uint8Array(3) }
    const floats = storeFloats(Float32Array.of(1), [1])
    for (const content of [
      { tensors: new Map([['parameter/w', word]]), metadata: { ...base, state: '{}' } },
      { tensors: new Map([['parameter/w', floats]]), metadata: { ...base, state: '{' } },
      { tensors: new Map([['parameter/w', floats]]), metadata: base },
    ]) {
      const checksum = digest(encodeSafetensors(content))
      const file = encodeSafetensors({ ...content, metadata: { ...content.metadata, checksum } })
      expect(refuse(file).code).toBe('SNX0803')
    }
  })

  it("holds a run's whole state: parameters, moments, masks, the strategy's own tensors, best, progress", () => {
    const run = beginRun(traineeOf({ 'linear1.weight': [1, 2, 3] }))
    run.trainee.optimizer.step = 41
    run.trainee.masking = { masks: new Map([['linear1.weight', tensorOf([1, 0, 1], [3])]]), frozen: true }
    run.trainee.auxiliary.set('theta/linear1.weight', tensorOf([0.5, -0.25, 1e-45], [3]))
    keepBest(run, 17, 2.5)
    run.progress.strategy = { s: 1.25, y: 0.1, z: 3 }
    run.progress.sums = { loss: 0.1, correct: 3, seen: 9 }
    const file = saveRun(HASH, run)
    const restored = restoreRun(HASH, file)
    expect(restored.trainee.optimizer.step).toBe(41)
    expect(restored.trainee.masking!.frozen).toBe(true)
    expect(restored.progress.best).toEqual({ correct: 17, epoch: 2.5 })
    expect([...restored.trainee.auxiliary.get('theta/linear1.weight')!.dataSync()]).toEqual(
      [0.5, -0.25, 1e-45].map(Math.fround),
    )
    expect(restored.progress.strategy).toEqual({ s: 1.25, y: 0.1, z: 3 })
    expect([...restored.best!.get('linear1.weight')!.dataSync()]).toEqual([1, 2, 3])
    expect(saveRun(HASH, restored)).toEqual(file)
    disposeRun(run)
    disposeRun(restored)
  })
})
