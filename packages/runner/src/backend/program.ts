import { spawn } from 'node:child_process'
import { SnnxError } from '@snnx/ir'

export interface ProgramOptions {
  folder: string
  environment?: NodeJS.ProcessEnv
  signal: AbortSignal
}

export interface Ended {
  /** How it failed, such as `code 1`, `SIGILL` or that there is no such program; null when it did not. */
  failure: string | null
  /** The end of what it wrote, stdout and stderr together. */
  output: string
}

/** What is kept of a program's output: its end says what went wrong. */
const KEPT = 4000

/**
 * Runs a program to its end, in a process group of its own, so that aborting ends all that it started.
 * @throws the signal's reason when aborted
 */
export async function runProgram(name: string, parameters: readonly string[], options: ProgramOptions): Promise<Ended> {
  const { folder, environment = process.env, signal } = options
  signal.throwIfAborted()
  const ended = await new Promise<Ended>((resolve) => {
    const child = spawn(name, parameters, {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const kill = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // It has just ended by itself.
      }
    }
    signal.addEventListener('abort', kill, { once: true })
    const settle = (end: Ended) => {
      signal.removeEventListener('abort', kill)
      resolve(end)
    }
    child.on('error', (error) => settle({ failure: error.message, output }))
    child.on('close', (code, killer) => settle({ failure: code === 0 ? null : (killer ?? `code ${code}`), output }))
  })
  signal.throwIfAborted()
  return ended
}

/**
 * As `runProgram`, for a step that must succeed.
 * @throws SnnxError with the code and help given and the last lines the program wrote; SNX1011 when the disk was full
 */
export async function runStep(
  [name, ...parameters]: readonly [string, ...string[]],
  options: ProgramOptions,
  failure: { code: string; what: string; help: string },
): Promise<string> {
  const ended = await runProgram(name, parameters, options)
  if (ended.failure === null) return ended.output
  const lines = ended.output.trimEnd().split('\n').slice(-8)
  const message = [`${failure.what} failed (${ended.failure})`, ...lines].join('\n  ').trimEnd()
  if (/no space left|disk quota exceeded/i.test(ended.output)) throw diskFull(message)
  throw new SnnxError(failure.code, message, { help: failure.help })
}

/** SNX1011: no room for the installation. */
export function diskFull(message: string): SnnxError {
  return new SnnxError('SNX1011', message, {
    help: 'free some space, or set SNNX_CACHE to a folder on another disk; nothing half-done was left',
  })
}
