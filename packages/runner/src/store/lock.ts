import { readdirSync, readFileSync } from 'node:fs'
import { link, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { storageError } from './storage.ts'

/** Who holds a lock: a process, told from a later one with the same number by its start time (where the system says it). */
export interface Owner {
  pid: number
  started: string | null
  host: string
}

export interface Lock {
  release(): Promise<void>
}

/**
 * Tries to lock `folder` for this process; answers the living owner if there is one.
 *
 * The lock is a series of files `lock.1`, `lock.2`, ... of which the highest counts; each appears whole (by `link`).
 * Whoever finds its owner dead or the lock released creates the next number, and owns it if that is still the highest.
 * The highest is never removed, so two processes that take over from the same dead owner cannot both succeed.
 */
export async function acquireLock(folder: string): Promise<{ lock: Lock } | { owner: Owner }> {
  const draft = join(folder, `.lock.${process.pid}.tmp`)
  try {
    await makeFolder(folder)
    for (;;) {
      const last = highest(folder)
      const owner = last === 0 ? null : readOwner(folder, last)
      if (owner && isAlive(owner)) return { owner }
      await writeFile(draft, JSON.stringify(identifyProcess(process.pid)))
      const mine = last + 1
      const created = await link(draft, nameOf(folder, mine)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false
          throw error
        },
      )
      if (!created) continue
      if (highest(folder) !== mine) {
        await rm(nameOf(folder, mine), { force: true })
        continue
      }
      for (const older of numbers(folder).filter((number) => number < mine)) {
        await rm(nameOf(folder, older), { force: true })
      }
      return { lock: { release: () => releaseLock(folder, mine) } }
    }
  } catch (error) {
    throw storageError(error, 'lock', folder)
  } finally {
    await rm(draft, { force: true }).catch(() => {})
  }
}

/** The living owner of `folder`, or null. */
export function findOwner(folder: string): Owner | null {
  const last = highest(folder)
  const owner = last === 0 ? null : readOwner(folder, last)
  return owner && isAlive(owner) ? owner : null
}

/** The file stays, saying that nobody holds it: the highest number must never go. */
async function releaseLock(folder: string, number: number) {
  const draft = join(folder, `.lock.${process.pid}.tmp`)
  try {
    await writeFile(draft, 'null')
    await rename(draft, nameOf(folder, number))
  } catch {
    // Nothing is lost: when this process ends, its lock counts as released.
    await rm(draft, { force: true }).catch(() => {})
  }
}

const nameOf = (folder: string, number: number) => join(folder, `lock.${number}`)

function numbers(folder: string): number[] {
  const entries = readdirSync(folder)
  return entries.flatMap((entry) => /^lock\.([1-9]\d{0,14})$/.exec(entry)?.[1] ?? []).map(Number)
}

function highest(folder: string): number {
  try {
    return Math.max(0, ...numbers(folder))
  } catch {
    return 0
  }
}

/** `null` when released, unreadable (only a crash of the whole machine can leave that) or just replaced by a newer one. */
function readOwner(folder: string, number: number): Owner | null {
  try {
    const owner = JSON.parse(readFileSync(nameOf(folder, number), 'utf8')) as Owner | null
    return typeof owner?.pid === 'number' && owner.pid > 0 ? owner : null
  } catch {
    return null
  }
}

function identifyProcess(pid: number): Owner {
  return { pid, started: startTime(pid), host: hostname() }
}

/** The owner's process runs; one on another machine is taken to. */
function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return owner.started === startTime(owner.pid)
}

/** The kernel's start tick of a process, from `/proc` (Linux); null elsewhere, or when the process is a zombie or gone. */
function startTime(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return fields[0] === 'Z' ? null : fields[19]!
  } catch {
    return null
  }
}
