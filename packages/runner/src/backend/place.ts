import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cacheRoot } from '@snnx/data'
import type { Release } from './release.ts'

/** Where a release is installed: all below the user's cache, so that only who wants it pays for it, once per machine. */
export interface Place {
  /** Holds the lock, downloads and installations. */
  root: string
  /** Archives, kept so that an installation can be repeated without the network. */
  downloads: string
  /** The installation: there as a whole or not at all. */
  folder: string
}

/** The folder of a release below `cache`, by default the user's. */
export function locate(release: Release, cache: string = cacheRoot()): Place {
  const root = join(cache, 'tensorflow')
  return { root, downloads: join(root, 'downloads'), folder: join(root, release.name) }
}

/** The compiled binding, in an installation's folder; the libraries lie beside it. */
export const BINDING = join('lib', 'tfjs_binding.node')

/** Where an installation keeps a package, as Node looks for it. */
export const packageFolder = (name: string): string => join('node_modules', ...name.split('/'))

/** What is wrong with the installation in `folder`: null when it is there and whole. */
export async function inspect(folder: string, release: Release): Promise<string | null> {
  if ((await sizeOfFile(folder)) === null) return 'it is not installed'
  const files = [
    { path: BINDING, bytes: null },
    ...[release.packages.binding, ...release.packages.runtime].map(({ name }) => ({
      path: join(packageFolder(name), 'package.json'),
      bytes: null,
    })),
    ...release.wheel.libraries.map(({ path, bytes }) => ({ path: join('lib', basename(path)), bytes })),
  ]
  for (const { path, bytes } of files) {
    const size = await sizeOfFile(join(folder, path))
    if (size === null) return `the installation lacks ${path}`
    if (bytes !== null && size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`
  }
  return null
}

function sizeOfFile(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  )
}
