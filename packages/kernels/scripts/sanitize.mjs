/**
 * The tests of the Rust sources under AddressSanitizer, which sees every read and write outside of an array that an unsafe
 * kernel makes. The option is still called unstable, so the compiler is told to accept it; the compiler's own package has to
 * bring the sanitizer (rustup's does, on Linux and macOS).
 */
import { spawnSync } from 'node:child_process'
import { environment, findCargo, workspace } from './cargo.mjs'

const cargo = findCargo()
if (cargo.missing) {
  console.log(`native kernels: not checked, ${cargo.missing}`)
} else {
  const described = spawnSync('rustc', ['-vV'], { env: environment, encoding: 'utf8' }).stdout
  const host = /^host: (.*)$/m.exec(described)[1]
  // Naming the target keeps build scripts and macros, which run in the compiler, out of it.
  const options = [
    '--locked',
    '--package',
    'snnx-kernels',
    '--lib',
    '--target',
    host,
    '--target-dir',
    'target/sanitize',
  ]
  const { status } = spawnSync('cargo', ['test', ...options], {
    cwd: workspace,
    env: { ...environment, RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '-Zsanitizer=address' },
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
