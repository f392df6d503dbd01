import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { findBrowser } from '../../../scripts/browser.mjs'
import { inventCampaign, SPEC, writeResults } from './fixture.ts'
import { runBuild } from './run.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of a site built from the invented campaign. */
    site: string
    browser: { path: string | null; how: string }
  }
}

/** Builds one site for all tests, by the command that users call, and finds a browser once. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'snnx-site-'))
  const experiments = join(folder, 'experiments')
  writeResults(experiments, inventCampaign())
  writeFileSync(join(experiments, 'invented', 'invented.snnx'), SPEC)
  const site = join(folder, 'site')
  const { status, output } = await runBuild(['--experiments', experiments, '--out', site])
  if (status !== 0) throw new Error(output)
  project.provide('site', site)
  project.provide('browser', findBrowser())
  return () => rmSync(folder, { recursive: true, force: true })
}
