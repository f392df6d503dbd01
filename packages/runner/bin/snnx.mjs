#!/usr/bin/env node
// Starts the built command on a Node that can run it: this one, or the one npm installed beside us.
// Written for old Nodes too, so that they get a sentence instead of a syntax error.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = new URL('../dist/main.js', import.meta.url)

if (!existsSync(fileURLToPath(main))) {
  fail('the `snnx` command is not built', 'run `npm run build` in the root of the repository')
} else if (isRecent(process.versions.node)) {
  // What Node has compiled once it need not compile at the next start.
  module.enableCompileCache?.()
  await import(main.href)
} else {
  relaunch()
}

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 12)
}

function relaunch() {
  const node = findBundledNode()
  if (node === null || process.env.SNNX_RELAUNCHED !== undefined) {
    const platform = `${process.platform}-${process.arch}`
    fail(
      `node ${process.versions.node} is too old: 22.12 or newer is needed, and none is bundled for ${platform}`,
      'install Node 22, or install the packages again without `--omit=optional`',
    )
    return
  }
  // The channel tells the child when this process is gone, however it ended.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SNNX_RELAUNCHED: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`the bundled Node cannot be started: ${error.message}`, 'install Node 22'))
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (constants.signals[signal] || 0) : code
  })
}

function findBundledNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}

function fail(message, help) {
  process.stderr.write(`error[SNX1003]: ${message}\nhelp: ${help}\n`)
  process.exitCode = 6
}
