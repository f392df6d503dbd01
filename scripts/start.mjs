/**
 * `npm start`: builds what it needs, runs the quickstart experiment, builds the leaderboard with its result and serves it.
 * `npm start -- --once` ends after the build.
 */
import { nx, runModule } from './command.mjs'

const once = process.argv.includes('--once')
const steps = [
  () => nx('run-many', '-t', 'build', 'native', '--exclude=@snnx/leaderboard', '--outputStyle=stream'),
  () => runModule('packages/runner/bin/snnx.mjs', 'run', 'experiments/quickstart/quickstart.snnx'),
  () => runModule('packages/runner/bin/snnx.mjs', 'report', 'experiments/quickstart'),
  () => nx('run', '@snnx/leaderboard:build', '--outputStyle=static'),
  ...(once ? [] : [() => runModule('apps/leaderboard/scripts/serve.ts')]),
]
for (const step of steps) {
  const status = step()
  if (status !== 0) process.exit(status)
}
