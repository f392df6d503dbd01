import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Result } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { findRecords } from '../src/store/find-records.ts'
import { readRecord, recordPath, writeRecord } from '../src/store/record.ts'
import { loadWeights, publishWeights, stageWeights } from '../src/store/weights.ts'
import { sampleRecord, temporaryFolder } from './sample.ts'

function place(value: unknown, hash = sampleRecord().hash): string {
  const path = recordPath(temporaryFolder(), hash)
  mkdirSync(dirname(path))
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

describe('records', () => {
  it('come back as they were written', async () => {
    const folder = temporaryFolder()
    await writeRecord(folder, sampleRecord())
    expect(await readRecord(recordPath(folder, sampleRecord().hash))).toEqual(sampleRecord())
  })

  it('are never overwritten', async () => {
    const path = place('{}')
    await expect(writeRecord(dirname(dirname(path)), sampleRecord())).rejects.toMatchObject({ code: 'SNX0906' })
    expect(readFileSync(path, 'utf8')).toBe('{}')
    expect(readdirSync(dirname(path))).toHaveLength(1)
  })

  it('are not written when they are invalid', async () => {
    const folder = temporaryFolder()
    const record = { ...sampleRecord(), nodes: [] }
    await expect(writeRecord(folder, record)).rejects.toMatchObject({ code: 'SNX0907' })
    expect(readdirSync(folder)).toEqual([])
  })

  const { hash } = sampleRecord()
  const changed = (change: (record: Result) => void) => {
    const record = structuredClone(sampleRecord())
    change(record)
    return record
  }
  it.each<[string, unknown, string]>([
    ['an empty file', '', 'SNX0901'],
    ['half a file', '{"format":1,', 'SNX0901'],
    ['a list', '[]', 'SNX0903'],
    ['null', 'null', 'SNX0903'],
    ['a newer format', { ...sampleRecord(), format: 2 }, 'SNX0902'],
    ['an older format', { ...sampleRecord(), format: 0 }, 'SNX0902'],
    ['a field too many', { ...sampleRecord(), extra: 1 }, 'SNX0903'],
    ['a negative count', changed((record) => (record.nodes[0]!.layers[0]!.kept = -1)), 'SNX0903'],
    ['another seed', changed((record) => (record.job.seed = 5)), 'SNX0905'],
    ['other data', changed((record) => (record.data.digest = 'e'.repeat(64))), 'SNX0905'],
    ['lists in lists without end', '['.repeat(100_000) + ']'.repeat(100_000), 'SNX0903'],
  ])('refuse %s', async (_, value, code) => {
    await expect(readRecord(place(value))).rejects.toMatchObject({ code, message: expect.stringContaining(hash) })
  })

  it('refuse the name of another job', async () => {
    await expect(readRecord(place(sampleRecord(), '0123456789abcdef'))).rejects.toMatchObject({ code: 'SNX0904' })
  })
})

describe('weights', () => {
  const bytes = Uint8Array.of(1, 2, 3)
  const sha256 = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81' // sha256sum of 01 02 03

  it('come back, or are refused when they are gone, changed or elsewhere', async () => {
    const folder = temporaryFolder()
    const { hash } = sampleRecord()
    const run = temporaryFolder()
    const file = await stageWeights(run, hash, 'dense', bytes)
    expect(file).toBe(`weights/${hash}/dense.safetensors`)
    const missing = sampleRecord(undefined, { file, sha256 })
    await expect(loadWeights(folder, missing, missing.nodes[0]!)).rejects.toMatchObject({ code: 'SNX0821' })
    await publishWeights(run, folder, missing)
    const other = sampleRecord(undefined, { file, sha256: 'b'.repeat(64) })
    await expect(publishWeights(run, folder, other)).rejects.toMatchObject({ code: 'SNX0824' })
    const load = (weights: object) => {
      const record = sampleRecord(undefined, { file, sha256, ...weights })
      return loadWeights(folder, record, record.nodes[0]!)
    }
    const loaded = await load({})
    expect(loaded).toEqual(bytes)
    expect(loaded.slice().buffer.byteLength, 'a Buffer would share its pool: 12,756 numbers for 12,544').toBe(3)
    await expect(load({ sha256: 'b'.repeat(64) })).rejects.toMatchObject({ code: 'SNX0822' })
    await expect(load({ file: `weights/${hash}/none.safetensors` })).rejects.toMatchObject({ code: 'SNX0821' })
    const escapes = [
      '/etc/passwd',
      '../x',
      `weights/${hash}/../../x.safetensors`,
      `weights/${hash}/a/b.safetensors`,
      '',
    ]
    for (const outside of [...escapes, `weights/${hash}/..\\x.safetensors`]) {
      await expect(load({ file: outside })).rejects.toMatchObject({ code: 'SNX0823' })
    }
  })
})

describe('findRecords', () => {
  it('finds records below folders, beside specs and by name, and passes over what is not ours', async () => {
    const root = temporaryFolder()
    const files = [
      'a/results/1.json',
      'a/x.snnx',
      'a/results/.1.json.tmp',
      'a/other.json',
      'node_modules/b/results/2.json',
    ]
    for (const file of [...files, 'c/d/results/3.json']) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), '')
    }
    const found = async (...paths: string[]) =>
      (await findRecords(paths.map((path) => join(root, path)))).map((path) => path.slice(root.length + 1))
    expect(await found('.')).toEqual(['a/results/1.json', 'c/d/results/3.json'])
    expect(await found('a/x.snnx')).toEqual(['a/results/1.json'])
    expect(await found('a/results', 'a/results/1.json')).toEqual(['a/results/1.json'])
    await expect(found('nothing')).rejects.toMatchObject({ code: 'SNX1014' })
  })
})
