import { text as readAll } from 'node:stream/consumers'
import { formatText, locate } from '@snnx/dsl'
import { SnnxError } from '@snnx/ir'
import type { Command } from 'commander'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { sanitize } from '../format.ts'
import { type FormattedFile, findSpecs, formatFile, writeFormatted } from '../format-files.ts'
import { act, print, printJson } from './act.ts'

interface FmtOptions {
  check?: true
  stdin?: true
  json?: true
}

export function defineFmt(program: Command): void {
  program
    .command('fmt')
    .summary('lay specs out')
    .description(
      'Lays specs out: the .snnx files that are named, and all below a folder (default: the current one). There is one layout and no options. Comments and meaning stay; what has a syntax error stays as it is, and is named on stderr. A file is replaced whole, and only when it changes.',
    )
    .argument('[path...]', 'folders, .snnx files, or - for stdin')
    .option('--check', 'write nothing; list the files that are not formatted, and end with 1 if there are any')
    .option('--stdin', 'format what comes on stdin, and write it to stdout')
    .option('--json', 'print an array of files: what changed, and what was left as it is')
    .action(
      act(async (paths: string[], options: FmtOptions) => {
        const named = paths.filter((path) => path !== '-')
        const fromStdin = options.stdin === true || named.length < paths.length
        if (!fromStdin) return formatFiles(named.length > 0 ? named : ['.'], options)
        if (named.length === 0) return formatStdin(options)
        throw new SnnxError('SNX1031', 'stdin and files cannot be formatted at the same time', {
          help: 'name files, or give `-` alone',
        })
      }),
    )
}

async function formatFiles(paths: readonly string[], options: FmtOptions): Promise<ExitCode> {
  const files: FormattedFile[] = []
  for (const path of await findSpecs(paths)) files.push(await formatFile(path))
  const changed = files.filter(isChanged)
  if (!options.check) for (const file of changed) await writeFormatted(file)
  if (options.json) printJson(files.map(describeFile))
  else {
    for (const { file } of changed) print(`${sanitize(file)}\n`)
    print(`${summarize(files.length, changed.length, options)}\n`)
  }
  return conclude(files, options)
}

/** An editor takes what comes out, so that the exit code is not about errors in its text, unless it only checks. */
async function formatStdin(options: FmtOptions): Promise<ExitCode> {
  const text = await readAll(process.stdin)
  const file = { file: 'stdin', text, formatted: formatText(text) }
  if (options.json) printJson([{ ...describeFile(file), text: file.formatted.text }])
  else if (!options.check) print(file.formatted.text)
  const code = conclude([file], options)
  return options.check ? code : EXIT.ok
}

/** Names what was left, where JSON has not done so, and finds the exit code. */
function conclude(files: readonly FormattedFile[], { check, json }: FmtOptions): ExitCode {
  for (const { file, left } of json ? [] : files.map(describeFile)) {
    for (const { line, column } of left) {
      process.stderr.write(
        `${sanitize(file)}:${line}:${column}: left as it is, for it has a syntax error: see \`snnx check\`\n`,
      )
    }
  }
  if (check && files.some(isChanged)) return EXIT.findings
  return files.some(({ formatted }) => formatted.left.length > 0) ? EXIT.spec : EXIT.ok
}

const isChanged = ({ text, formatted }: FormattedFile) => formatted.text !== text

/** What a program reads; places count from 1. */
function describeFile({ file, text, formatted }: FormattedFile) {
  const left = formatted.left.map(({ start, end }) => {
    const { line, column } = locate(text, start)
    const { line: endLine, column: endColumn } = locate(text, end)
    return { line, column, endLine, endColumn }
  })
  return { file, changed: formatted.text !== text, left }
}

function summarize(all: number, changed: number, { check }: FmtOptions): string {
  const files = `${all} ${all === 1 ? 'file' : 'files'}`
  if (changed === 0) return `${files}: formatted already`
  return check ? `${changed} of ${files} not formatted` : `${changed} of ${files} formatted`
}
