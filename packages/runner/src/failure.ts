import { SnnxError } from '@snnx/ir'
import { paint } from './color.ts'
import { sanitize } from './format.ts'
import type { Failure } from './task.ts'

/** Any error as a failure with a code; one without a code is a fault of ours, SNX1099. */
export function describeFailure(error: unknown): Failure {
  const stack = error instanceof Error ? error.stack : undefined
  if (error instanceof SnnxError) return { code: error.code, message: error.message, help: error.help, stack }
  return {
    code: 'SNX1099',
    message: `unexpected: ${error instanceof Error ? error.message : String(error)}`,
    help: 'this is a fault of snnx; run it again with SNNX_DEBUG=1 and report what it prints',
    stack,
  }
}

/** A failure that crossed from another process, as an error again. */
export function reviveFailure(failure: Failure): SnnxError {
  return new SnnxError(failure.code, failure.message, failure.help === undefined ? {} : { help: failure.help })
}

/** The lines a person sees; the stack only when SNNX_DEBUG is set. */
export function renderFailure(failure: Failure, stream: { isTTY?: boolean }): string {
  const lines = [`${paint(['red', 'bold'], `error[${failure.code}]`, stream)}: ${sanitize(failure.message)}`]
  if (failure.help !== undefined) lines.push(`${paint('cyan', 'help', stream)}: ${sanitize(failure.help)}`)
  if (process.env.SNNX_DEBUG && failure.stack !== undefined) lines.push(failure.stack)
  return `${lines.join('\n')}\n`
}
