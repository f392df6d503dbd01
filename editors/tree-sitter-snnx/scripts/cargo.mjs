import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The crate of the grammar. */
export const crate = fileURLToPath(new URL('..', import.meta.url))

/** What cargo is run in: rustup's folder is used even where the shell does not know it, and grammar.js runs on this Node. */
const environment = {
  ...process.env,
  PATH: `${process.env.PATH}${delimiter}${join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')}`,
  SNNX_NODE: process.execPath,
}

/** Runs cargo in the crate and shows what it says; its exit status, `null` without a cargo, and its standard output. */
export function cargo(args, env = {}) {
  const { status, stdout } = spawnSync('cargo', args, {
    cwd: crate,
    env: { ...environment, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (stdout) process.stdout.write(stdout)
  return { status, stdout: stdout ?? '' }
}
