import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { environment, root } from './environment.mjs'

/** Runs a module, named from the root, with this Node and its output shown; returns its exit code. */
export function runModule(path, ...args) {
  const { status, error } = spawnSync(process.execPath, ['--conditions=@snnx/source', join(root, path), ...args], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  })
  if (error) console.error(error.message)
  return status ?? 1
}

/** Runs nx targets over all projects that have them. */
export const nx = (...args) => runModule('node_modules/nx/dist/bin/nx.js', ...args)
