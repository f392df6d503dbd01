import { SnnxError } from '@snnx/ir'

/** Says what went wrong and lets the process end with 1; only a fault of ours shows its stack. */
export function fail(error: unknown): void {
  process.exitCode = 1
  if (error instanceof SnnxError) {
    console.error(`error[${error.code}]: ${error.message}`)
    if (error.help !== undefined) console.error(`help: ${error.help}`)
  } else if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    console.error(`error: ${error.message}`)
  } else {
    console.error(error)
  }
}
