import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The Cargo workspace. */
export const workspace = fileURLToPath(new URL('..', import.meta.url))

/** The environment in which cargo is looked for: rustup's folder is used even where the shell does not know it. */
export const environment = {
  ...process.env,
  PATH: `${process.env.PATH}${delimiter}${join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')}`,
}

/**
 * Finds a cargo that is new enough.
 *
 * @returns {{ version: string } | { missing: string }} its version, or what is missing and how to get it
 */
export function findCargo() {
  const needed = /^rust-version = "(.*)"$/m.exec(readFileSync(join(workspace, 'Cargo.toml'), 'utf8'))[1]
  const get = `get Rust ${needed} or newer from rustup.rs or as the distribution's package`
  const { stdout } = spawnSync('cargo', ['--version'], { env: environment, encoding: 'utf8' })
  const version = /^cargo (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1]
  if (version === undefined) return { missing: `there is no cargo here: ${get}` }
  if (isOlder(version, needed)) return { missing: `cargo ${version} is too old: ${get}` }
  return { version }
}

function isOlder(version, needed) {
  const [a, b] = [version, needed].map((text) => text.split('.').map(Number))
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
}
