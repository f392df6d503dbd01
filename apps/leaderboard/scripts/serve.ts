import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Served, serveSite } from '../src/site/index.ts'
import { fail } from './fail.ts'

const USUAL_PORT = 4321

/** `serve [FOLDER] [--port N] [--host ADDRESS]`: serves a built site until interrupted; without a port, on 4321 or any free one. */
try {
  const { values, positionals } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
    allowPositionals: true,
  })
  const folder = positionals[0] ?? fileURLToPath(new URL('../dist', import.meta.url))
  const serve = (port: number): Promise<Served> => serveSite(folder, { port, host: values.host })
  const served = await (values.port === undefined
    ? serve(USUAL_PORT).catch(() => serve(0))
    : serve(values.port === '' ? Number.NaN : Number(values.port)))
  console.log(`leaderboard: ${served.url} (Ctrl-C ends it)`)
  const end = () => served.close().then(() => process.exit(0))
  process.once('SIGINT', end).once('SIGTERM', end)
} catch (error) {
  fail(error)
}
