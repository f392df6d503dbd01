import { Command, CommanderError } from 'commander'
import { defineBackend } from './command/backend.ts'
import { defineCheck } from './command/check.ts'
import { defineExplain } from './command/explain.ts'
import { defineExport } from './command/export.ts'
import { defineFmt } from './command/fmt.ts'
import { defineImport } from './command/import.ts'
import { defineLsp } from './command/lsp.ts'
import { definePlan } from './command/plan.ts'
import { defineReport } from './command/report.ts'
import { defineRun } from './command/run.ts'
import { defineVerify } from './command/verify.ts'
import { EXIT, EXIT_MEANINGS } from './exit-code.ts'
import { readVersion } from './machine.ts'

/** The `snnx` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('snnx')
    .description('Compresses spiking neural networks and shows what it cost.')
    .version(readVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(codeUsageError(text)) })
    .addHelpText('after', `\n${describeExitCodes()}\nSet SNNX_DEBUG=1 to see where an error comes from.`)
  const definitions = [
    defineCheck,
    defineFmt,
    defineExplain,
    definePlan,
    defineRun,
    defineReport,
    defineVerify,
    defineExport,
    defineImport,
    defineBackend,
    defineLsp,
  ]
  for (const define of definitions) define(program)
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program)
  return program
}

/** Runs the command line; sets the exit code and never throws for wrong use. */
export async function runProgram(program: Command, parameters: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(parameters, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
}

/** Exit codes as the help shows them. */
export function describeExitCodes(): string {
  const lines = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  return `Exit codes:\n${lines.join('\n')}\n`
}

/** commander's own errors with a code, and its suggestion as help. */
function codeUsageError(text: string): string {
  return text
    .replace(/^error: /, 'error[SNX1031]: ')
    .replace(/\n\(Did you mean (?:one of )?(.*)\?\)/, '\nhelp: the nearest is $1')
}
