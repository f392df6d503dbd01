import { copyFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoints, removeCheckpoint } from '../src/store/checkpoint.ts'
import { temporaryFolder } from './sample.ts'

const bytes = (...values: number[]) => Uint8Array.of(...values)

async function savedFolder() {
  const folder = temporaryFolder()
  const { store } = await openCheckpoints(folder)
  await store.save({ bytes: bytes(1), events: 10 })
  await store.save({ bytes: bytes(2), events: 20 })
  return folder
}

describe('openCheckpoints', () => {
  it('gives back the last one with the length of its event log', async () => {
    const folder = await savedFolder()
    const { last } = await openCheckpoints(folder)
    expect(last).toEqual({ bytes: bytes(2), events: 20 })
    await removeCheckpoint(folder)
    expect((await openCheckpoints(folder)).last).toBeNull()
    expect(readdirSync(folder)).toEqual([])
  })

  it('knows the checkpoint that is there after a kill between index and file, twice in a row', async () => {
    const folder = await savedFolder()
    const file = join(folder, 'checkpoint.safetensors')
    const keep = join(folder, 'keep')
    copyFileSync(file, keep)
    for (const value of [3, 4]) {
      const { last, store } = await openCheckpoints(folder)
      expect(last?.events).toBe(20)
      await store.save({ bytes: bytes(value), events: 10 * value })
      copyFileSync(keep, file) // as if the process had died before the rename
    }
    expect((await openCheckpoints(folder)).last?.events).toBe(20)
  })

  it('refuses a damaged checkpoint', async () => {
    const folder = await savedFolder()
    truncateSync(join(folder, 'checkpoint.safetensors'), 0)
    await expect(openCheckpoints(folder)).rejects.toMatchObject({ code: 'SNX0811' })
  })

  it.each([
    '',
    '{',
    'null',
    '{"checkpoints":1}',
    '{"checkpoints":[{"sha256":1,"events":1}]}',
    '{"checkpoints":[null]}',
  ])('refuses an index of %j', async (text) => {
    const folder = await savedFolder()
    writeFileSync(join(folder, 'checkpoint.json'), text)
    await expect(openCheckpoints(folder)).rejects.toMatchObject({ code: 'SNX0812' })
  })

  it('refuses a checkpoint without its index', async () => {
    const folder = await savedFolder()
    rmSync(join(folder, 'checkpoint.json'))
    await expect(openCheckpoints(folder)).rejects.toMatchObject({ code: 'SNX0812' })
  })
})
