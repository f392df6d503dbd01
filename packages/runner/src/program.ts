import { Command, CommanderError } from 'commander'
import { EXIT, EXIT_MEANINGS } from './exit-code.ts'
import { readVersion } from './machine.ts'

/** The commands in the order of the help. Each is loaded alone when it is called: the start is most of what `check` takes. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  check: async () => (await import('./command/check.ts')).defineCheck,
  fmt: async () => (await import('./command/fmt.ts')).defineFmt,
  explain: async () => (await import('./command/explain.ts')).defineExplain,
  plan: async () => (await import('./command/plan.ts')).definePlan,
  run: async () => (await import('./command/run.ts')).defineRun,
  report: async () => (await import('./command/report.ts')).defineReport,
  verify: async () => (await import('./command/verify.ts')).defineVerify,
  export: async () => (await import('./command/export.ts')).defineExport,
  import: async () => (await import('./command/import.ts')).defineImport,
  backend: async () => (await import('./command/backend.ts')).defineBackend,
  lsp: async () => (await import('./command/lsp.ts')).defineLsp,
}

/** The `snnx` command with the named subcommand; with all of them where none, or none that there is, is named. */
export async function createProgram(named?: string): Promise<Command> {
  const program = new Command('snnx')
    .description('Compresses spiking neural networks and shows what it cost.')
    .version(readVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(codeUsageError(text)) })
    .addHelpText('after', `\n${describeExitCodes()}\nSet SNNX_DEBUG=1 to see where an error comes from.`)
  const one = named !== undefined && Object.hasOwn(COMMANDS, named) ? COMMANDS[named] : undefined
  for (const define of await Promise.all((one ? [one] : Object.values(COMMANDS)).map((load) => load()))) define(program)
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
