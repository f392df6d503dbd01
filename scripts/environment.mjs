/**
 * What every command of this workspace runs with: nx without daemon, cloud and home folder, tools without telemetry, and
 * the workspace's own binaries (its Node first) on the path.
 */
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`snnx needs Node 22.12 or newer; this is ${process.version}.`)
  console.error(
    '`npm ci --ignore-scripts` brings one for Linux, Windows and Intel Macs; elsewhere install it from nodejs.org.',
  )
  process.exit(2)
}

export const environment = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_CACHE_DIRECTORY: process.env.NX_CACHE_DIRECTORY ?? join(root, '.nx', 'cache'),
  ASTRO_TELEMETRY_DISABLED: '1',
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
}
