import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { removeTemporaries } from './atomic.ts'
import { removeCheckpoint } from './checkpoint.ts'
import { type Folders, runFolder } from './folders.ts'
import { acquireLock } from './lock.ts'
import { removeStaged, STAGED } from './weights.ts'

/** Removes the temporaries that a killed process left of this job's files. The caller holds its lock. */
export async function sweepTemporaries(folders: Folders, hash: string): Promise<void> {
  const folder = runFolder(folders, hash)
  await removeTemporaries(folder)
  await removeTemporaries(join(folder, STAGED))
  await removeTemporaries(join(folders.experiment, 'results'), `${hash}.json`)
  await removeTemporaries(join(folders.experiment, 'weights', hash))
}

/** Removes what a finished job no longer needs: checkpoint, staged weights, temporaries. The caller holds its lock. */
export async function sweepFinished(folders: Folders, hash: string): Promise<void> {
  const folder = runFolder(folders, hash)
  await removeCheckpoint(folder)
  await removeStaged(folder)
  await sweepTemporaries(folders, hash)
}

/** The same for a job that was killed between its record and its sweep; leaves it alone while another process has it. */
export async function sweepLeftovers(folders: Folders, hash: string): Promise<void> {
  const folder = runFolder(folders, hash)
  if (!existsSync(folder)) return
  const attempt = await acquireLock(folder)
  if (!('lock' in attempt)) return
  try {
    await sweepFinished(folders, hash)
  } finally {
    await attempt.lock.release()
  }
}
