import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { serveSite } from '../src/site/index.ts'
import { fail } from './fail.ts'

/** `serve [FOLDER] [--port N] [--host ADDRESS]`: serves a built site until interrupted. */
try {
  const { values, positionals } = parseArgs({
    options: { port: { type: 'string', default: '4321' }, host: { type: 'string', default: '127.0.0.1' } },
    allowPositionals: true,
  })
  const folder = positionals[0] ?? fileURLToPath(new URL('../dist', import.meta.url))
  const { url } = await serveSite(folder, { port: Number(values.port), host: values.host })
  console.log(url)
} catch (error) {
  fail(error)
}
