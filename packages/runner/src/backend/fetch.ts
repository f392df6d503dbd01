import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SnnxError } from '@snnx/ir'
import { makeFolder } from '../store/make-folder.ts'
import { storageError } from '../store/storage.ts'
import type { Place } from './place.ts'
import { runStep } from './program.ts'
import type { Package, Wheel } from './release.ts'

/** How far a download is; `left` are seconds at the pace so far, null while nothing has come. */
export interface Transfer {
  received: number
  total: number
  left: number | null
}

const POLL_MS = 250

/** A pinned file: its digest in the notation of its world (npm: sha512 in base64, PyPI: sha256 in hex). */
interface Pinned {
  file: string
  bytes: number
  digest: string
  algorithm: 'sha256' | 'sha512'
}

export const pinPackage = ({ file, bytes, sha512 }: Package): Pinned => ({
  file,
  bytes,
  digest: sha512,
  algorithm: 'sha512',
})
export const pinWheel = ({ file, bytes, sha256 }: Wheel): Pinned => ({
  file,
  bytes,
  digest: sha256,
  algorithm: 'sha256',
})

/** Whether the download is there and is the right one; one that is not will be replaced. */
export async function isKept(pinned: Pinned, place: Place): Promise<boolean> {
  const path = join(place.downloads, pinned.file)
  const size = await stat(path).then(
    (facts) => facts.size,
    () => null,
  )
  return size === pinned.bytes && (await digestOf(path, pinned)) === pinned.digest
}

/** npm's own way of waiting makes minutes of a missing network. */
const NPM_RETRIES = ['--prefer-offline', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=3000']

/**
 * Fetches npm packages by npm, so that the user's registry and proxy are used. No script of theirs is run.
 * @throws SnnxError SNX1043 (not to be had), SNX1044 (wrong content)
 */
export async function fetchPackages(packages: readonly Package[], place: Place, scratch: string, signal: AbortSignal) {
  const { npm_config_workspace: _, ...environment } = process.env // left there by `npm run -w`, and wrong in this folder
  const specs = packages.map(({ name, version }) => `${name}@${version}`)
  await mkdir(scratch)
  await runStep(
    ['npm', 'pack', '--ignore-scripts', '--loglevel=error', ...NPM_RETRIES, `--pack-destination=${scratch}`, ...specs],
    { folder: scratch, environment, signal },
    { code: 'SNX1043', what: `fetching ${specs.join(', ')} with npm`, help: 'check that npm reaches its registry' },
  )
  for (const each of packages) await keep(pinPackage(each), scratch, place)
}

/**
 * Fetches the wheel by pip, so that the user's index and proxy are used.
 * @param onTransfer told a few times a second, from the growth of the file that pip writes
 * @throws SnnxError SNX1043 (not to be had), SNX1044 (wrong content)
 */
export async function fetchWheel(
  wheel: Wheel,
  place: Place,
  scratch: string,
  signal: AbortSignal,
  onTransfer: (transfer: Transfer) => void,
): Promise<void> {
  const { name, version, target } = wheel
  const temporary = join(scratch, 'tmp')
  await mkdir(temporary, { recursive: true })
  const begun = performance.now()
  const poll = setInterval(async () => {
    const received = Math.min(wheel.bytes, await grownTo(temporary))
    const seconds = (performance.now() - begun) / 1000
    const left = received > 0 ? (seconds / received) * (wheel.bytes - received) : null
    onTransfer({ received, total: wheel.bytes, left })
  }, POLL_MS)
  const pip = ['python3', '-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir'] as const
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--progress-bar=off']
  await runStep(
    [...pip, ...quiet, ...target, `--dest=${scratch}`, `${name}==${version}`],
    { folder: scratch, environment: { ...process.env, TMPDIR: temporary }, signal },
    {
      code: 'SNX1043',
      what: `fetching ${name} ${version} with pip`,
      help: 'check that pip reaches its index: `python3 -m pip download --no-deps six`',
    },
  ).finally(() => clearInterval(poll))
  await keep(pinWheel(wheel), scratch, place)
}

/** Puts a fetched file among the downloads, if it is the right one. */
async function keep(pinned: Pinned, scratch: string, place: Place): Promise<void> {
  const [from, to] = [join(scratch, pinned.file), join(place.downloads, pinned.file)]
  try {
    const found = await digestOf(from, pinned)
    if (found !== pinned.digest) {
      const [expected, got] = [`${pinned.algorithm} ${pinned.digest}`, found]
      throw new SnnxError('SNX1044', `${pinned.file} is not the file it should be: expected ${expected}, got ${got}`, {
        help: 'the mirror that gave it may be damaged or not to be trusted; use another one',
      })
    }
    await makeFolder(place.downloads)
    await rename(from, to)
  } catch (error) {
    throw storageError(error, 'keep', to)
  }
}

async function digestOf(path: string, { algorithm }: Pinned): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path), hash)
  return hash.digest(algorithm === 'sha512' ? 'base64' : 'hex')
}

/** Bytes of all files below a folder that is being written to. */
async function grownTo(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = entries.map((entry) =>
    stat(join(folder, entry)).then(
      (facts) => (facts.isFile() ? facts.size : 0),
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
