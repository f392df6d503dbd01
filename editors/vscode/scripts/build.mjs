/** Bundles the client and the server, each into one file that needs nothing but VS Code's own Node. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const server = fileURLToPath(new URL('../../../packages/language-server/src/main.ts', import.meta.url))

export async function bundle(outdir = join(root, 'dist')) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { client: join(root, 'src/client.ts'), server },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    conditions: ['@snnx/source', 'node', 'import'],
    // A module that the editor provides.
    external: ['vscode'],
    logLevel: 'warning',
  })
  writeFileSync(join(outdir, 'NOTICES.txt'), notices(Object.keys(metafile.inputs)))
}

/** The licences of the libraries that are packed. */
function notices(inputs) {
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
  return [...new Set(folders.filter((folder) => folder !== undefined))]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      const [file] = globSync('{LICENSE,License,license,LICENCE}*', { cwd: join(root, folder) })
      const text = file === undefined ? '' : `\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`
      return `${name} ${version} (${license})\n${text}`
    })
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle()
