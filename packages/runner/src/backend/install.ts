import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SnnxError } from '@snnx/ir'
import { acquireLock } from '../store/lock.ts'
import { makeFolder } from '../store/make-folder.ts'
import { storageError } from '../store/storage.ts'
import { compileBinding, startBinding, unpackPackages, unpackWheel } from './assemble.ts'
import { fetchPackages, fetchWheel, isKept, pinPackage, pinWheel, type Transfer } from './fetch.ts'
import { inspect, locate, type Place } from './place.ts'
import { packagesOf, RELEASE, type Release, sizeOf } from './release.ts'
import {
  COMPILER,
  checkPlatform,
  checkPrograms,
  checkSpace,
  NPM,
  PIP,
  PYTHON,
  readPlatform,
  TAR,
} from './requirement.ts'

/** The steps of an installation, in their order. */
export type Step = 'check' | 'fetch-packages' | 'fetch-library' | 'unpack' | 'compile' | 'start'

/** What an installation tells of itself. */
export interface InstallReporter {
  onBegin(release: Release, place: Place): void
  onStep(step: Step): void
  onTransfer(transfer: Transfer): void
  /** `kept`: there was nothing to fetch. */
  onStepEnd(step: Step, seconds: number, kept: boolean): void
}

export interface InstallOptions {
  release?: Release
  place?: Place
  signal: AbortSignal
  reporter: InstallReporter
}

/** Beside what is fetched and unpacked: packages, headers, the binding, and air. */
const MARGIN = 32e6

/**
 * Installs the backend `tensorflow`: fetches, verifies, unpacks and compiles in a temporary folder, tries the result, and
 * renames it into place. Whatever ends it early leaves nothing but whole downloads.
 * @returns false when it was there already
 * @throws SnnxError SNX1011-1016, SNX1041-1047; the signal's reason when aborted
 */
export async function installTensorflow(options: InstallOptions): Promise<boolean> {
  const { release = RELEASE, signal } = options
  const place = options.place ?? locate(release)
  if ((await inspect(place.folder, release)) === null) return false
  checkPlatform(release, readPlatform())
  const attempt = await acquireLock(place.root)
  if (!('lock' in attempt)) {
    const { pid, host } = attempt.owner
    throw new SnnxError('SNX1047', `process ${pid} on ${host} is installing the same just now`, {
      help: 'wait until it is done',
    })
  }
  const workshop = join(place.root, `.install.${process.pid}.tmp`)
  try {
    await sweepWorkshops(place)
    if ((await inspect(place.folder, release)) === null) return false
    options.reporter.onBegin(release, place)
    await makeFolder(workshop)
    await build(release, place, workshop, options.reporter, signal)
    await replace(place.folder, join(workshop, 'new'), join(workshop, 'old'))
    return true
  } catch (error) {
    signal.throwIfAborted()
    throw (error as NodeJS.ErrnoException).code === undefined ? error : storageError(error, 'install into', place.root)
  } finally {
    await rm(workshop, { recursive: true, force: true }).catch(() => {})
    await attempt.lock.release()
  }
}

async function build(release: Release, place: Place, workshop: string, reporter: InstallReporter, signal: AbortSignal) {
  const { wheel } = release
  const packages = packagesOf(release)
  const [folder, scratch] = [join(workshop, 'new'), join(workshop, 'scratch')]
  const step = async (name: Step, work: () => Promise<unknown>, kept = false) => {
    signal.throwIfAborted()
    const begun = performance.now()
    reporter.onStep(name)
    if (!kept) await work()
    reporter.onStepEnd(name, (performance.now() - begun) / 1000, kept)
  }
  await mkdir(folder)
  await mkdir(scratch)

  let [packagesKept, wheelKept] = [false, false]
  await step('check', async () => {
    packagesKept = (await Promise.all(packages.map((each) => isKept(pinPackage(each), place)))).every(Boolean)
    wheelKept = await isKept(pinWheel(wheel), place)
    const needs = [PYTHON, COMPILER, TAR, ...(packagesKept ? [] : [NPM]), ...(wheelKept ? [] : [PIP])]
    await checkPrograms(needs, { folder: scratch, signal })
    await checkSpace(place.root, sizeOf(release).disk + (wheelKept ? 0 : wheel.bytes) + MARGIN)
  })
  await step('fetch-packages', () => fetchPackages(packages, place, join(scratch, 'npm'), signal), packagesKept)
  const fetch = () =>
    fetchWheel(wheel, place, join(scratch, 'pip'), signal, (transfer) => reporter.onTransfer(transfer))
  await step('fetch-library', fetch, wheelKept)
  await step('unpack', async () => {
    await unpackPackages(release, place, folder, signal)
    await unpackWheel(wheel, place, folder, scratch, signal)
  })
  await step('compile', () => compileBinding(release, place, folder, scratch, signal))
  await step('start', () => startBinding(folder, { folder, signal }))
}

/** Two renames: a damaged installation makes way only for a whole one. */
async function replace(folder: string, by: string, old: string): Promise<void> {
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(by, folder)
}

/** Removes what killed installations left. The caller holds the lock. */
async function sweepWorkshops({ root }: Place): Promise<void> {
  const left = (await readdir(root)).filter((entry) => /^\.install\.\d+\.tmp$/.test(entry))
  await Promise.all(left.map((entry) => rm(join(root, entry), { recursive: true, force: true })))
}
