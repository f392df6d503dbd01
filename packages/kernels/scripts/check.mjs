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
  step('cargo fmt', 'fmt', '--all', '--check')
  step('cargo clippy', 'clippy', '--locked', '--all-targets', '--', '--deny', 'warnings')
  const tested = step('cargo test', 'test', '--locked', '--workspace')
  for (const [, name, outcome] of tested.matchAll(/^test (.+) \.\.\. (ok|FAILED|ignored)/gm)) {
    const status = { ok: 'passed', FAILED: 'failed', ignored: 'pending' }[outcome]
    results.push({ status, fullName: `cargo test: ${name}` })
  }
}
report()

/** Runs cargo and shows what it says; returns what it wrote to standard output. */
function step(name, ...args) {
  const { status, stdout } = spawnSync('cargo', args, {
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
