import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { buildSite } from '../src/site/index.ts'
import { fail } from './fail.ts'

/** `build [--out FOLDER] [--experiments FOLDER] [--base PATH]`: builds the site. */
try {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, experiments: { type: 'string' }, base: { type: 'string' } },
  })
  const started = performance.now()
  const { out, records } = await buildSite(values)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`site of ${records} ${records === 1 ? 'record' : 'records'} in ${relative('', out) || out}, ${seconds} s`)
} catch (error) {
  fail(error)
}
