import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SnnxError } from '@snnx/ir'
import { checkRecords } from './experiments.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface SiteOptions {
  /** The folder of experiments; the repository's by default. */
  experiments?: string
  /** Where the site goes, replaced whole; this package's `dist` by default. */
  out?: string
  /** The path under which the site will be served. */
  base?: string
}

/**
 * Builds the site. Records are checked first, and `out` is replaced only when all pages are there.
 *
 * @returns the site's folder and the number of records in it
 * @throws SnnxError SNX0901-0905 or SNX1041 for a bad record, SNX1042 when the site cannot be written
 */
export async function buildSite(options: SiteOptions = {}): Promise<{ out: string; records: number }> {
  const experiments = resolve(options.experiments ?? (process.env.SNNX_EXPERIMENTS || join(ROOT, '../../experiments')))
  const out = resolve(options.out ?? join(ROOT, 'dist'))
  const records = checkRecords(experiments)
  const opened: string[] = []
  try {
    const beside = await openFolder(dirname(out), opened) // on the same disk, so that the last step is a rename
    const work = await openFolder(ROOT, opened) // within the workspace, where the pages' code finds its packages
    await render({ experiments, base: options.base, outDir: join(work, 'dist'), cacheDir: join(work, 'cache') })
    await write(join(work, 'dist'), beside, out)
  } finally {
    for (const folder of opened) await rm(folder, { recursive: true, force: true })
  }
  return { out, records }
}

async function openFolder(parent: string, opened: string[]): Promise<string> {
  try {
    await mkdir(parent, { recursive: true })
    const folder = await mkdtemp(join(parent, '.site-'))
    opened.push(folder)
    return folder
  } catch (cause) {
    throw unwritable(parent, cause)
  }
}

async function write(built: string, beside: string, out: string): Promise<void> {
  try {
    await cp(built, beside, { recursive: true })
    await rm(out, { recursive: true, force: true })
    await rename(beside, out)
  } catch (cause) {
    throw unwritable(out, cause)
  }
}

function unwritable(folder: string, cause: unknown): SnnxError {
  return new SnnxError('SNX1042', `the site cannot be written to \`${folder}\`: ${(cause as Error).message}`, {
    help: 'name another folder with `--out`',
    cause,
  })
}

interface Rendering {
  experiments: string
  base: string | undefined
  outDir: string
  cacheDir: string
}

/**
 * Astro reads its switches from the environment: telemetry when it is imported, the experiments when it builds. A
 * `BASE_URL` that happens to be there would win over the base.
 */
async function render({ experiments, base, outDir, cacheDir }: Rendering): Promise<void> {
  const before = setVariables({ ASTRO_TELEMETRY_DISABLED: '1', SNNX_EXPERIMENTS: experiments, BASE_URL: undefined })
  try {
    const { build } = await import('astro')
    await build({ root: ROOT, outDir, cacheDir, logLevel: 'error', ...(base === undefined ? {} : { base }) })
  } finally {
    setVariables(before)
  }
}

/** Sets environment variables, removes those that are undefined, and returns what they were. */
function setVariables(values: Record<string, string | undefined>): Record<string, string | undefined> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]))
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  return before
}
