import { existsSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SnnxError } from '@snnx/ir'
import { formatBytes } from '../format.ts'
import { diskFull, type ProgramOptions, runProgram } from './program.ts'
import type { Release } from './release.ts'

/** What decides whether a compiled library runs here. */
export interface Platform {
  platform: NodeJS.Platform
  arch: NodeJS.Architecture
  /** Linux with the GNU C library; others, such as Alpine, have musl. */
  glibc: boolean
  /** Whether the processor has AVX. */
  avx: boolean
}

export function readPlatform(): Platform {
  const { platform, arch } = process
  return { platform, arch, glibc: platform === 'linux' && hasGlibc(), avx: hasAvx() }
}

/** @throws SnnxError SNX1041 */
export function checkPlatform(release: Release, found: Platform): void {
  const reason = unfitness(release, found)
  if (reason === null) return
  throw new SnnxError('SNX1041', `the backend \`tensorflow\` cannot be installed here: ${reason}`, {
    help: 'use `backend = auto`, which takes the fastest there is',
  })
}

function unfitness({ platform, arch }: Release, found: Platform): string | null {
  const [needed, here] = [`${platform}-${arch}`, `${found.platform}-${found.arch}`]
  if (needed !== here) return `this is ${here}, and the libraries that snnx knows are for ${needed}`
  if (!found.glibc) return 'the libraries need the GNU C library, and this Linux has another one'
  if (!found.avx) return 'the libraries need a processor with AVX'
  return null
}

/** A program that is needed, how to see that it is there, and the package that has it on Debian and its relatives. */
export interface Need {
  what: string
  command: readonly [string, ...string[]]
  debian: string
}

export const PYTHON: Need = { what: 'python3', command: ['python3', '--version'], debian: 'python3' }
export const PIP: Need = { what: 'pip', command: ['python3', '-m', 'pip', '--version'], debian: 'python3-pip' }
export const NPM: Need = { what: 'npm', command: ['npm', '--version'], debian: 'npm' }
export const TAR: Need = { what: 'tar', command: ['tar', '--version'], debian: 'tar' }

/** The C++ compiler: g++, or the command in the variable CXX. */
export const compiler = (): [string, ...string[]] => (process.env.CXX?.trim() || 'g++').split(/\s+/) as [string]
export const COMPILER: Need = {
  what: 'a C++ compiler (g++)',
  get command(): [string, ...string[]] {
    return [...compiler(), '--version']
  },
  debian: 'g++',
}

/** Looks for all of them at once. @throws SnnxError SNX1042 that names every missing one */
export async function checkPrograms(needs: readonly Need[], options: ProgramOptions): Promise<void> {
  const found = await Promise.all(
    needs.map(
      async ({ command: [name, ...parameters] }) => (await runProgram(name, parameters, options)).failure === null,
    ),
  )
  const missing = needs.filter((_, index) => !found[index])
  if (missing.length === 0) return
  throw new SnnxError('SNX1042', `this machine lacks ${missing.map(({ what }) => what).join(', ')}`, {
    help: `install what is missing; on Debian or Ubuntu: apt-get install ${missing.map(({ debian }) => debian).join(' ')}`,
  })
}

/** @throws SnnxError SNX1011 when the disk of `folder`, which need not exist yet, has less than `bytes` left */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  let existing = folder
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  if (free >= bytes) return
  throw diskFull(`the installation needs ${formatBytes(bytes)} in ${folder}, and ${formatBytes(free)} are free`)
}

function hasGlibc(): boolean {
  // Without the network's part: looking up the names of its addresses can take seconds.
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime !== undefined
}

function hasAvx(): boolean {
  try {
    return /^flags\s*:.*\bavx\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return false
  }
}
