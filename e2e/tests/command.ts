import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The committed shim: what a user's `snnx` is. */
export const SHIM = fileURLToPath(new URL('../../packages/runner/bin/snnx.mjs', import.meta.url))

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  ended: Promise<Ended>
  /** Resolves when stdout holds `text`; rejects when the command ends before. */
  until(text: string): Promise<void>
}

export interface Options {
  folder: string
  environment?: Record<string, string>
  /** Arguments of Node itself. */
  node?: readonly string[]
}

/** Starts `snnx` as a user would, in a process group of its own. */
export function start(parameters: readonly string[], { folder, environment = {}, node = [] }: Options): Running {
  const child = spawn(process.execPath, [...node, SHIM, ...parameters], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, SNNX_CACHE: `${folder}/.cache`, SNNX_BACKEND: 'wasm', ...environment },
    detached: true,
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stdout.includes(text) && resolve()
      child.stdout.on('data', look)
      look()
      void ended.then((end) => reject(new Error(`ended before ${JSON.stringify(text)}: ${JSON.stringify(end)}`)))
    })
  return { child, ended, until }
}

/** Runs `snnx` to its end. */
export const snnx = (parameters: readonly string[], options: Options): Promise<Ended> =>
  start(parameters, options).ended

/** Ends a command and all its workers at once, as a power cut would. */
export function killGroup({ child }: Running): void {
  try {
    process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
