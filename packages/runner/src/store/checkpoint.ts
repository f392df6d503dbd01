import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SnnxError } from '@snnx/ir'
import { writeAtomic } from './atomic.ts'
import { readBytes } from './bytes.ts'
import { isMissing, storageError } from './storage.ts'

export interface Checkpoint {
  bytes: Uint8Array
  /** Bytes of the event log that this checkpoint covers. */
  events: number
}

/** The checkpoint of one run folder: the engine's bytes, and an index of what is known of them beside. */
export interface CheckpointStore {
  /** Stores durably before it resolves. */
  save(checkpoint: Checkpoint): Promise<void>
}

interface Entry {
  sha256: string
  events: number
}

/**
 * Reads the last checkpoint (null when there is none) and opens the store for the next ones.
 *
 * The index names the checkpoint that is there and the one about to take its place before that happens, so that a
 * process killed at any moment leaves a checkpoint the index knows.
 * @throws SnnxError SNX0811 if its bytes are not those that were saved, SNX0812 if the index cannot be read
 */
export async function openCheckpoints(folder: string): Promise<{ last: Checkpoint | null; store: CheckpointStore }> {
  const last = await loadCheckpoint(folder)
  let current: Entry | null = last && { sha256: digest(last.bytes), events: last.events }
  const store: CheckpointStore = {
    async save({ bytes, events }) {
      const next = { sha256: digest(bytes), events }
      await writeAtomic(join(folder, INDEX), JSON.stringify({ checkpoints: current ? [current, next] : [next] }))
      await writeAtomic(join(folder, CHECKPOINT), bytes)
      current = next
    },
  }
  return { last, store }
}

/** Forgets the checkpoint of a finished job. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await rm(join(folder, CHECKPOINT), { force: true })
  await rm(join(folder, INDEX), { force: true })
}

export const CHECKPOINT = 'checkpoint.safetensors'
const INDEX = 'checkpoint.json'
const ANEW = 'remove the folder to start this job anew'

async function loadCheckpoint(folder: string): Promise<Checkpoint | null> {
  const path = join(folder, CHECKPOINT)
  const bytes = await readBytes(path).catch((error) => {
    if (isMissing(error)) return null
    throw storageError(error, 'read', path)
  })
  if (bytes === null) return null
  const sha256 = digest(bytes)
  const entry = (await readIndex(folder)).find((candidate) => candidate.sha256 === sha256)
  if (entry === undefined) {
    throw new SnnxError('SNX0811', `${path} is damaged: its checksum is not one that was saved`, { help: ANEW })
  }
  return { bytes, events: entry.events }
}

async function readIndex(folder: string): Promise<Entry[]> {
  const path = join(folder, INDEX)
  const text = await readFile(path, 'utf8').catch((error) => {
    throw isMissing(error)
      ? new SnnxError('SNX0812', `${path} is missing, so the checkpoint beside it cannot be checked`, { help: ANEW })
      : storageError(error, 'read', path)
  })
  const entries = parseIndex(text)
  if (entries === null) {
    throw new SnnxError('SNX0812', `${path} is damaged: it does not list checkpoints`, { help: ANEW })
  }
  return entries
}

function parseIndex(text: string): Entry[] | null {
  try {
    const { checkpoints } = JSON.parse(text) as { checkpoints: Entry[] }
    const valid = checkpoints.every(
      ({ sha256, events }) => typeof sha256 === 'string' && Number.isInteger(events) && events >= 0,
    )
    return valid ? checkpoints : null
  } catch {
    return null
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
