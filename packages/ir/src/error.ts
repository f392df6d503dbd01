/**
 * An error a user can act on: what is wrong, where, and how to mend it. `code` is stable and documented
 * (`snnx explain CODE`); families: SNX01-06 language, SNX07 data, SNX08 checkpoints and weights, SNX09 results,
 * SNX10 running and storage.
 */
export class SnnxError extends Error {
  readonly code: string
  readonly help: string | undefined

  constructor(code: string, message: string, options: { help?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SnnxError'
    this.code = code
    this.help = options.help
  }
}
