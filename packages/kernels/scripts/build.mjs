/**
 * Builds the native kernels and puts them beside the sources as `snnx-kernels.node`; does nothing where that was made of the
 * same sources. Without a cargo it says what is missing and ends well: the kernels are an acceleration. A build that fails
 * ends with 1, or with 0 under `--optional`.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { environment, findCargo, workspace } from './cargo.mjs'

const library = join(workspace, 'snnx-kernels.node')
/** Holds the digest of the sources that the library was made of. */
const stamp = join(workspace, 'snnx-kernels.sources')

process.exitCode = (await build()) || process.argv.includes('--optional') ? 0 : 1

/** @returns {Promise<boolean>} whether nothing went wrong */
async function build() {
  const sources = digestSources()
  if (existsSync(library) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return true
  const cargo = findCargo()
  if (cargo.missing) {
    console.log(`native kernels: ${cargo.missing}; until then the backend is wasm`)
    return true
  }
  console.log(`native kernels: building with cargo ${cargo.version}, some half a minute the first time`)
  const start = performance.now()
  const { built, lines } = await compile()
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`
  if (built === null) {
    // What is left of other sources would be taken for the result.
    rmSync(library, { force: true })
    console.log(`native kernels: the build failed after ${seconds}; until it succeeds the backend is wasm`)
    console.log(lines.slice(-15).join('\n'))
    return false
  }
  install(built, sources)
  console.log(`native kernels: built in ${seconds}`)
  return true
}

function digestSources() {
  const paths = globSync(['crate/**/*.{rs,toml}', 'binding/**/*.{rs,toml}', 'Cargo.{toml,lock}'], { cwd: workspace })
  const digest = createHash('sha256')
  for (const path of paths.sort()) digest.update(`${path}\n`).update(readFileSync(join(workspace, path)))
  return digest.digest('hex')
}

/** @returns {Promise<{ built: string | null, lines: string[] }>} where cargo put the library, and what was said */
function compile() {
  const options = ['build', '--release', '--locked', '--package', 'snnx-kernels-binding']
  const child = spawn('cargo', [...options, '--message-format', 'json-render-diagnostics'], {
    cwd: workspace,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = []
  let built = null
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line)
    if (message.reason !== 'compiler-artifact' || message.target.name !== 'snnx_kernels_binding') return
    built = message.filenames.find((path) => /\.(so|dylib|dll)$/.test(path)) ?? built
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ built: null, lines: [error.message] }))
    child.on('close', (status) => resolve({ built: status === 0 ? built : null, lines }))
  })
}

/** In one rename, so that whoever loads the library sees the old one or the new one. */
function install(built, sources) {
  const fresh = `${library}.${process.pid}`
  rmSync(stamp, { force: true })
  try {
    copyFileSync(built, fresh)
    renameSync(fresh, library)
  } finally {
    rmSync(fresh, { force: true })
  }
  writeFileSync(stamp, sources)
}
