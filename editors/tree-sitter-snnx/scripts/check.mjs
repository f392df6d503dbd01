/**
 * The grammar's tests. Leaves `cargo-report.json`, in the form of vitest's, with one entry for each test; without a cargo
 * that is new enough all of it is one that was skipped.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cargo, crate } from './cargo.mjs'

const needed = /^rust-version = "(.*)"$/m.exec(readFileSync(join(crate, 'Cargo.toml'), 'utf8'))[1]
const version = /^cargo (\d+)\.(\d+)/
  .exec(cargo(['--version']).stdout)
  ?.slice(1)
  .map(Number)
const [major, minor] = needed.split('.').map(Number)
const able = version !== undefined && (version[0] > major || (version[0] === major && version[1] >= minor))
const results = []
if (!able) {
  console.log(
    `tree-sitter grammar: not checked, it needs Rust ${needed} or newer from rustup.rs or the distribution's package`,
  )
  results.push({ status: 'pending', fullName: 'the tree-sitter grammar' })
} else {
  const { status, stdout } = cargo(['test', '--locked'])
  results.push({ status: status === 0 ? 'passed' : 'failed', fullName: 'cargo test of the tree-sitter grammar' })
  for (const [, test, outcome] of stdout.matchAll(/^test (.+) \.\.\. (ok|FAILED)/gm))
    results.push({ status: outcome === 'ok' ? 'passed' : 'failed', fullName: `the tree-sitter grammar: ${test}` })
}
const count = (status) => results.filter((result) => result.status === status).length
const failed = count('failed')
const file = { name: 'cargo', status: failed === 0 ? 'passed' : 'failed', assertionResults: results }
const totals = { numPassedTests: count('passed'), numFailedTests: failed, numPendingTests: count('pending') }
writeFileSync(join(crate, 'cargo-report.json'), JSON.stringify({ ...totals, testResults: [file] }))
process.exitCode = failed === 0 ? 0 : 1
