/**
 * Format, lints and tests of the Rust sources. Leaves `cargo-report.json`, in the form of vitest's, with one entry for each
 * test of cargo; without a cargo all of it is one test that was skipped.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, findCargo, workspace } from './cargo.mjs'

const results = []
const cargo = findCargo()
if (cargo.missing) {
  console.log(`native kernels: not checked, ${cargo.missing}`)
  results.push({ status: 'pending', fullName: 'cargo fmt, clippy and test' })
} else {
  optionalStep('cargo fmt', 'fmt', '--all', '--check')
  optionalStep('cargo clippy', 'clippy', '--locked', '--all-targets', '--', '--deny', 'warnings')
  const tested = step('cargo test', 'test', '--locked', '--package', 'snnx-kernels')
  for (const [, name, outcome] of tested.matchAll(/^test (.+) \.\.\. (ok|FAILED|ignored)/gm)) {
    const status = { ok: 'passed', FAILED: 'failed', ignored: 'pending' }[outcome]
    results.push({ status, fullName: `cargo test: ${name}` })
  }
}
report()

/** A command that not every cargo has. */
function optionalStep(name, command, ...args) {
  if (spawnSync('cargo', [command, '--version'], { env: environment }).status === 0) step(name, command, ...args)
  else results.push({ status: 'pending', fullName: name })
}

/** Runs a command of cargo and shows what it says; returns what it wrote to standard output. */
function step(name, command, ...args) {
  const { status, stdout } = spawnSync('cargo', [command, ...args], {
    cwd: workspace,
    env: environment,
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
