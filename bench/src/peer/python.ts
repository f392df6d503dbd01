import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheRoot } from '@snnx/data'

/** What the peer is made of; figures name these versions. */
const PACKAGES = { torch: '2.15.0', spikingjelly: '2.0.0' } as const

/** A Python that can run the peer. */
export interface Python {
  command: string
  torch: string
  spikingjelly: string
}

/** A Python with the peer's packages, or in plain words why there is none. */
export type Found = { python: Python } | { missing: string }

const run = promisify(execFile)

/**
 * The Python that the variable SNNX_PEER_PYTHON names, else that of a virtual environment in the user's cache, which is
 * made at the first call: torch is some gigabytes.
 */
export async function findPython(tell: (line: string) => void): Promise<Found> {
  const named = process.env.SNNX_PEER_PYTHON
  if (named) return inspect(named)
  const folder = join(cacheRoot(), 'bench', `torch-${PACKAGES.torch}-spikingjelly-${PACKAGES.spikingjelly}`)
  const complete = join(folder, 'complete')
  const command = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
  if (!existsSync(complete)) {
    const names = Object.entries(PACKAGES).map(([name, version]) => `${name}==${version}`)
    tell(`installing the peer (${names.join(', ')}) into ${folder}: a download of some gigabytes, only once`)
    const failure = await install(folder, command, names)
    if (failure !== null) return { missing: failure }
    await writeFile(complete, '')
  }
  return inspect(command)
}

async function install(folder: string, command: string, names: readonly string[]): Promise<string | null> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const made = await attempt('python3', ['-m', 'venv', folder])
  if (made !== null) return `python3 could not make a virtual environment: ${made}`
  const installed = await attempt(command, ['-m', 'pip', 'install', '--quiet', ...names])
  return installed === null ? null : `pip could not install ${names.join(' and ')}: ${installed}`
}

async function inspect(command: string): Promise<Found> {
  const program = `import json, importlib.metadata as m, torch, spikingjelly
print(json.dumps({name: m.version(name) for name in ["torch", "spikingjelly"]}))`
  try {
    const { stdout } = await run(command, ['-c', program])
    const versions = JSON.parse(stdout.trim().split('\n').at(-1)!) as Omit<Python, 'command'>
    return { python: { command, ...versions } }
  } catch (error) {
    return { missing: `${command} cannot load torch and spikingjelly: ${reasonOf(error)}` }
  }
}

/** Runs a program; the reason of its failure, or null. */
async function attempt(command: string, parameters: readonly string[]): Promise<string | null> {
  try {
    await run(command, parameters)
    return null
  } catch (error) {
    return reasonOf(error)
  }
}

function reasonOf(error: unknown): string {
  const { stderr, code, message } = error as { stderr?: string; code?: unknown; message: string }
  if (code === 'ENOENT') return 'it is not installed'
  return stderr?.trim().split('\n').at(-1) || message
}
