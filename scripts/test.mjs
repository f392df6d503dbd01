/**
 * The whole gate: build, types, lint, then every project's tests, the browser's, the commands' and cargo's included.
 * Its last line is the total: `N passed, N failed` (and how many were skipped by name).
 */
import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { nx, runModule } from './command.mjs'
import { root } from './environment.mjs'

const reports = () => globSync('{packages/*,apps/*,editors/*,e2e,bench}/{test,cargo}-report.json', { cwd: root })
for (const report of reports()) rmSync(join(root, report))

let passed = 0
let failed = 0
let skipped = 0
const troubles = []

/** A step that is one check by itself. */
function check(name, status) {
  if (status === 0) passed++
  else {
    failed++
    troubles.push(name)
  }
}

check('build', nx('run-many', '-t', 'build', '--outputStyle=stream'))
check('native kernels', runModule('packages/kernels/scripts/build.mjs'))
check('typecheck', nx('run-many', '-t', 'typecheck', '--outputStyle=stream'))
check('lint', runModule('node_modules/@biomejs/biome/bin/biome', 'check', '.'))
const tested = nx('run-many', '-t', 'test', 'test:native', '--parallel=2', '--outputStyle=stream')

for (const report of reports()) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(join(root, report), 'utf8'),
  )
  passed += numPassedTests
  failed += numFailedTests
  skipped += numPendingTests
  for (const file of testResults) {
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      failed++
      troubles.push(`${file.name}: ${file.message}`)
    }
    for (const test of file.assertionResults) {
      if (test.status === 'failed') troubles.push(test.fullName)
      if (test.status === 'pending' || test.status === 'skipped') console.log(`skipped: ${test.fullName}`)
    }
  }
}
if (tested !== 0 && failed === 0) {
  failed++
  troubles.push('a project ended without a test report')
}
for (const trouble of troubles) console.log(`failed: ${trouble}`)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 ? 0 : 1
