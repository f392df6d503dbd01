/**
 * Format, lints and tests of the Rust sources, the tests under AddressSanitizer where the compiler has it. Leaves
 * `cargo-report.json`, in the form of vitest's, with one entry for each test; without a cargo all of it is one that was
 * skipped.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, findCargo, workspace } from './cargo.mjs'
import { findSanitizer } from './sanitizer.mjs'

const results = []
const cargo = findCargo()
if (cargo.missing) {
  console.log(`native kernels: not checked, ${cargo.missing}`)
  results.push({ status: 'pending', fullName: 'cargo fmt, clippy and test' })
} else {
  optionalStep('cargo fmt', ['fmt', '--all', '--check'])
  optionalStep('cargo clippy', ['clippy', '--locked', '--all-targets', '--', '--deny', 'warnings'])
  test()
}
report()

function test() {
  const sanitizer = findSanitizer()
  const name = sanitizer ? 'cargo test under AddressSanitizer' : 'cargo test'
  const args = ['test', '--locked', '--package', 'snnx-kernels', ...(sanitizer?.options ?? [])]
  const output = step(name, args, sanitizer?.environment)
  for (const [, test, outcome] of output.matchAll(/^test (.+) \.\.\. (ok|FAILED|ignored)/gm)) {
    const status = { ok: 'passed', FAILED: 'failed', ignored: 'pending' }[outcome]
    results.push({ status, fullName: `${name}: ${test}` })
  }
}

/** A command that not every cargo has. */
function optionalStep(name, args) {
  if (spawnSync('cargo', [args[0], '--version'], { env: environment }).status === 0) step(name, args)
  else results.push({ status: 'pending', fullName: name })
}

/** Runs cargo and shows what it says; returns what it wrote to standard output. */
function step(name, args, env = environment) {
  const { status, stdout } = spawnSync('cargo', args, {
    cwd: workspace,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  console.log(stdout)
  results.push({ status: status === 0 ? 'passed' : 'failed', fullName: name })
  return stdout
}

function report() {
  const count = (status) => results.filter((result) => result.status === status).length
  const failed = count('failed')
  const file = { name: 'cargo', status: failed === 0 ? 'passed' : 'failed', assertionResults: results }
  const totals = { numPassedTests: count('passed'), numFailedTests: failed, numPendingTests: count('pending') }
  writeFileSync(join(workspace, 'cargo-report.json'), JSON.stringify({ ...totals, testResults: [file] }))
  process.exitCode = failed === 0 ? 0 : 1
}
