import { constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { CHECKPOINT } from './checkpoint.ts'
import { makeFolder } from './make-folder.ts'
import { storageError } from './storage.ts'

/** Where a job reads and writes: the experiment's folder (results, weights) and the folder of its run. */
export interface Folders {
  /** The folder of the `.snnx` file. */
  experiment: string
  /** `.snnx` under the project's root, or what `--state` says. */
  state: string
}

/** The folders of a spec file; the project's root is the nearest folder above with a package.json or .git. */
export function locateFolders(specFile: string, state?: string): Folders {
  const experiment = dirname(resolve(specFile))
  return { experiment, state: state === undefined ? join(findRoot(experiment), '.snnx') : resolve(state) }
}

/** The folder of a job's run: event log, checkpoint, lock. */
export const runFolder = (folders: Folders, hash: string) => join(folders.state, 'runs', hash)

export function hasCheckpoint(folders: Folders, hash: string): boolean {
  return existsSync(join(runFolder(folders, hash), CHECKPOINT))
}

/**
 * Makes sure that results and weights can be written before hours are spent on them.
 * @throws SnnxError SNX1012-1016
 */
export async function requireWritable(folders: Folders): Promise<void> {
  for (const folder of [join(folders.experiment, 'results'), join(folders.experiment, 'weights')]) {
    try {
      await makeFolder(folder)
      await access(folder, constants.W_OK)
    } catch (error) {
      throw storageError(error, 'write to', folder)
    }
  }
}

function findRoot(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (['package.json', '.git'].some((name) => existsSync(join(current, name)))) return current
    if (dirname(current) === current) return folder
  }
}
