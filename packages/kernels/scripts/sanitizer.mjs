import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from './cargo.mjs'

/**
 * How cargo runs tests under AddressSanitizer, which sees every read and write outside of an array that an unsafe kernel
 * makes. The compiler's option is still called unstable, so it is told to accept it.
 *
 * @returns {{ options: string[], environment: object } | null} null where the compiler does not bring the sanitizer; rustup's
 * does on Linux and macOS
 */
export function findSanitizer() {
  const ask = (...question) => spawnSync('rustc', question, { env: environment, encoding: 'utf8' }).stdout ?? ''
  const host = /^host: (.*)$/m.exec(ask('-vV'))?.[1]
  const libraries = join(ask('--print', 'sysroot').trim(), 'lib', 'rustlib', host ?? '', 'lib')
  if (globSync('*_rt.asan.*', { cwd: libraries }).length === 0) return null
  return {
    // Naming the target keeps build scripts and macros, which run in the compiler, out of it.
    options: ['--lib', '--target', host, '--target-dir', 'target/sanitize'],
    environment: { ...environment, RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '-Zsanitizer=address' },
  }
}
