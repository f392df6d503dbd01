import { EXIT, type ExitCode, exitCodeOf } from '../exit-code.ts'
import { describeFailure, renderFailure } from '../failure.ts'
import { renderDiagnostics, SpecRejected } from '../source.ts'

/** A command's action: what `work` returns is the exit code; an error is shown, never thrown on, and decides it. */
export function act<Parameters extends unknown[]>(work: (...parameters: Parameters) => Promise<ExitCode>) {
  return async (...parameters: Parameters): Promise<void> => {
    try {
      process.exitCode = await work(...parameters)
    } catch (error) {
      if (error instanceof SpecRejected) {
        process.stderr.write(await renderDiagnostics(error.source, error.compiled, process.stderr))
        process.exitCode = EXIT.spec
        return
      }
      process.stderr.write(renderFailure(describeFailure(error), process.stderr))
      process.exitCode = exitCodeOf(error)
    }
  }
}

export const print = (text: string) => void process.stdout.write(text)
export const printJson = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`)
