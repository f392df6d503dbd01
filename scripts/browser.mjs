import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** How Chromium is started by tests: nothing but the page may reach the network, and root has no sandbox. */
export const BROWSER_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Finds a Chromium, or installs one: `SNNX_CHROMIUM`, the system's, Playwright's, then `apt-get` as root on Debian,
 * elsewhere Playwright's own download. Says on standard output what it did.
 *
 * @returns {{ path: string, how: string } | { path: null, how: string }} the executable, or `null` and the reason
 */
export function findBrowser({ log = console.log, install = true } = {}) {
  const named = process.env.SNNX_CHROMIUM
  if (named) {
    if (works(named)) return found(log, named, 'named by SNNX_CHROMIUM')
    return missing(log, `SNNX_CHROMIUM names \`${named}\`, which does not run`)
  }
  const here = findInstalled()
  if (here !== null) return found(log, here.path, here.how)
  if (!install) return missing(log, 'no Chromium is installed')
  const reason = canUseApt() ? installByApt(log) : installByPlaywright(log)
  const now = findInstalled()
  return now === null
    ? missing(log, reason ?? 'the installed Chromium does not run')
    : found(log, now.path, 'just installed')
}

function findInstalled() {
  const system = listSystemPaths().find((path) => existsSync(path) && works(path))
  if (system !== undefined) return { path: system, how: "the system's" }
  const own = findPlaywrightPath()
  return own !== null && existsSync(own) && works(own) ? { path: own, how: "Playwright's" } : null
}

function listSystemPaths() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    )
  }
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    const tails = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return roots.flatMap((root) => (root ? tails.map((tail) => join(root, tail)) : []))
  }
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => `/usr/bin/${name}`)
}

/** Where Playwright keeps the Chromium of its version, whether or not it is there. */
function findPlaywrightPath() {
  try {
    return createRequire(import.meta.url)('playwright-core').chromium.executablePath() || null
  } catch {
    return null
  }
}

/** A browser is there when it can say its version; on Windows it opens a window instead, so being a file must do. */
function works(path) {
  if (process.platform === 'win32') return existsSync(path)
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}

function canUseApt() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && /^ID(_LIKE)?=.*debian/m.test(readRelease())
}

function readRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}

/** @returns {string | undefined} why it failed */
function installByApt(log) {
  log('browser: none found; installing chromium and fonts-dejavu-core by apt-get')
  const apt = (...words) =>
    execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...words], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
    })
  const packages = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']
  try {
    apt('update')
    apt(...packages)
  } catch (error) {
    return `apt-get could not install chromium: ${explain(error)}`
  }
}

/** @returns {string | undefined} why it failed */
function installByPlaywright(log) {
  log('browser: none found; asking playwright-core to download its Chromium')
  try {
    const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js')
    execFileSync(process.execPath, [cli, 'install', 'chromium'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
    })
  } catch (error) {
    return `playwright-core could not download Chromium: ${explain(error)}`
  }
}

function explain(error) {
  const lines = String(error.stderr ?? '').trim() || String(error.message)
  return lines.split('\n').at(-1).slice(0, 200)
}

function found(log, path, how) {
  log(`browser: ${path} (${how})`)
  return { path, how }
}

function missing(log, how) {
  log(`browser: none, so the browser tests are skipped: ${how}`)
  return { path: null, how }
}
