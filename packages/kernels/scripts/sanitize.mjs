/** The tests of the Rust sources under AddressSanitizer, and nothing else of the check. */
import { spawnSync } from 'node:child_process'
import { findCargo, workspace } from './cargo.mjs'
import { findSanitizer } from './sanitizer.mjs'

const { missing } = findCargo()
const sanitizer = missing ? null : findSanitizer()
if (sanitizer === null) {
  console.log(
    `native kernels: not checked, ${missing ?? 'this compiler has no AddressSanitizer: rustup.rs has one that does'}`,
  )
} else {
  const args = ['test', '--locked', '--package', 'snnx-kernels', ...sanitizer.options]
  const { status } = spawnSync('cargo', args, { cwd: workspace, env: sanitizer.environment, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
