import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
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
 * @throws SnnxError SNX0901-0906 for a bad record, SNX0907 when the site cannot be written
 */
export async function buildSite(options: SiteOptions = {}): Promise<{ out: string; records: number }> {
  const experiments = resolve(options.experiments ?? (process.env.SNNX_EXPERIMENTS || join(ROOT, '../../experiments')))
  const out = resolve(options.out ?? join(ROOT, 'dist'))
  const records = checkRecords(experiments)
  const work = await openWorkFolder(dirname(out))
  try {
    await render({ experiments, base: options.base, outDir: join(work, 'dist'), cacheDir: join(work, 'cache') })
    await rm(out, { recursive: true, force: true })
    await rename(join(work, 'dist'), out)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return { out, records }
}

async function openWorkFolder(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true })
    return await mkdtemp(join(parent, '.site-'))
  } catch (cause) {
    throw new SnnxError('SNX0907', `the site cannot be written to \`${parent}\`: ${(cause as Error).message}`, {
      help: 'name another folder with `--out`',
      cause,
    })
  }
}

interface Rendering {
  experiments: string
  base: string | undefined
  outDir: string
  cacheDir: string
}

/** Astro reads its switches from the environment: telemetry when it is imported, the experiments when it builds. */
async function render({ experiments, base, outDir, cacheDir }: Rendering): Promise<void> {
  const before = { ...process.env }
  process.env.ASTRO_TELEMETRY_DISABLED = '1'
  process.env.SNNX_EXPERIMENTS = experiments
  try {
    const { build } = await import('astro')
    await build({ root: ROOT, outDir, cacheDir, logLevel: 'error', ...(base === undefined ? {} : { base }) })
  } finally {
    process.env = before
  }
}
