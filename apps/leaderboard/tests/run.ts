import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../scripts/build.ts', import.meta.url))

/** Runs the build command as a process of its own, without the test runner's environment. */
export function runBuild(
  words: string[],
  variables: Record<string, string> = {},
): Promise<{ status: number; output: string }> {
  const { NODE_OPTIONS, NODE_ENV, VITEST, BASE_URL, ...rest } = process.env
  const env = { ...rest, ...variables }
  return new Promise((done) => {
    execFile(process.execPath, ['--conditions=@snnx/source', SCRIPT, ...words], { env }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    )
  })
}
