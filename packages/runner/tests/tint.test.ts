import { checkSource } from '@snnx/dsl'
import { afterEach, expect, it, vi } from 'vitest'
import { HOST, renderDiagnostics } from '../src/source.ts'

const SOURCE = { name: 'a.snnx', text: 'snnx 1\nexperiment a {\n  train { los = mse }\n}\n' }
const render = (isTTY: boolean) => renderDiagnostics(SOURCE, checkSource(SOURCE, HOST), { isTTY })

afterEach(() => vi.unstubAllEnvs())

it('a line of a frame is coloured on a terminal, never with NO_COLOR or elsewhere', async () => {
  vi.stubEnv('NO_COLOR', '')
  expect(await render(true)).toContain('\u001b[35mtrain\u001b[0m {')
  expect(await render(false)).not.toContain('\u001b')
  vi.stubEnv('NO_COLOR', '1')
  expect(await render(true)).not.toContain('\u001b')
})
