/** Packs the extension into `dist/snnx.vsix`, or into the file that is named. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import vsce from '@vscode/vsce'
import { bundle } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

export async function pack(packagePath = join(root, 'dist/snnx.vsix')) {
  await bundle()
  await vsce.createVSIX({ cwd: root, packagePath, dependencies: false, allowMissingRepository: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await pack(process.argv[2])
