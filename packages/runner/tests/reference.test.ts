import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SnnxError } from '@snnx/ir'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { EXIT_MEANINGS, exitCodeOf } from '../src/exit-code.ts'
import { explainCode, runnerCodes } from '../src/explain.ts'
import { createProgram } from '../src/program.ts'

const PACKAGES = fileURLToPath(new URL('../..', import.meta.url))

describe('the reference of the command', () => {
  it('docs/command.md is what the definitions say (`vitest run -u` writes it)', async () => {
    const program = await createProgram()
    const text = [
      '# The `snnx` command',
      'Written from the definitions of the command by its tests; do not edit.',
      program.description(),
      ...program.commands.flatMap((command) => [command, ...command.commands]).map(describeCommand),
      '## Exit codes',
      renderRows([['code', 'meaning'], ...Object.entries(EXIT_MEANINGS)]),
      'Errors go to stderr with a code, such as `error[SNX0701]`; `snnx explain SNX0701` says more.',
      'Colour appears on a terminal only, and never when `NO_COLOR` is set. `SNNX_DEBUG=1` adds where an error comes from. `SNNX_DATA` names folders with data sets, `SNNX_CACHE` the folder for downloads. `SNNX_BACKEND` says what `backend = auto` means; `RAYON_NUM_THREADS` how many threads the native kernels take (by default the workers share the cores).',
    ].join('\n\n')
    await expect(`${text}\n`).toMatchFileSnapshot('../../../docs/command.md')
  })
})

describe('codes', () => {
  it('every code that a source can throw is explained', () => {
    const sources = ['core', 'data', 'dsl', 'ir', 'runner'].flatMap((name) => listSources(join(PACKAGES, name, 'src')))
    const codes = new Set(sources.flatMap((path) => readFileSync(path, 'utf8').match(/\bSNX\d{4}\b/g) ?? []))
    expect(codes.size).toBeGreaterThan(60)
    expect([...codes].filter((code) => explainCode(code) === null)).toEqual([])
  })

  it('no explanation is of a code that nothing throws', () => {
    const sources = ['core', 'data', 'ir', 'runner'].flatMap((name) => listSources(join(PACKAGES, name, 'src')))
    const shim = readFileSync(join(PACKAGES, 'runner', 'bin', 'snnx.mjs'), 'utf8')
    const text = [
      ...sources.filter((path) => !path.endsWith(join('src', 'explain.ts'))).map((path) => readFileSync(path, 'utf8')),
      shim,
    ]
    expect(runnerCodes().filter((code) => !text.some((source) => source.includes(code)))).toEqual([])
  })

  it.each([
    ['SNX0102', 3],
    ['SNX0601', 3],
    ['SNX0701', 4],
    ['SNX0822', 4],
    ['SNX0903', 1],
    ['SNX1001', 6],
    ['SNX1002', 1],
    ['SNX1011', 5],
    ['SNX1021', 1],
    ['SNX1032', 2],
    ['SNX1042', 6],
    ['SNX1099', 1],
  ])('%s ends with %i', (code, exit) => {
    expect(exitCodeOf(new SnnxError(code, ''))).toBe(exit)
  })
})

function describeCommand(command: Command): string {
  const help = command.createHelp()
  const options = command.options.map((option) => [`\`${option.flags}\``, help.optionDescription(option)])
  const name = nameCommand(command)
  const parameters = command.registeredArguments.map((argument) => [
    `\`${argument.name()}\``,
    help.argumentDescription(argument),
  ])
  return [
    `## \`${name}\``,
    command.description(),
    `    ${name} ${command.usage()}`,
    ...(parameters.length + options.length > 0
      ? [renderRows([['argument or option', 'meaning'], ...parameters, ...options])]
      : []),
  ].join('\n\n')
}

/** `snnx backend add`. */
const nameCommand = (command: Command): string =>
  command.parent ? `${nameCommand(command.parent)} ${command.name()}` : command.name()

function renderRows([head, ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head!), line(head!.map(() => '---')), ...rows.map(line)].join('\n')
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}
