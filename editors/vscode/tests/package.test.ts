import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CompletionItem, CompletionRequest, type Diagnostic } from 'vscode-languageserver-protocol/node'
import { Client } from '../../../packages/language-server/tests/client.ts'
import { pack } from '../scripts/package.mjs'
import { unzip } from './zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'snnx-vsix-'))
let files: Map<string, Buffer>
beforeAll(async () => {
  await pack(join(folder, 'snnx.vsix'))
  files = unzip(readFileSync(join(folder, 'snnx.vsix')))
})
afterAll(() => rmSync(folder, { recursive: true }))
const textOf = (name: string) => files.get(`extension/${name}`)!.toString('utf8')

describe('the packed extension', () => {
  it('holds what it needs and nothing else', () =>
    expect([...files.keys()].sort()).toEqual([
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/dist/NOTICES.txt',
      'extension/dist/client.cjs',
      'extension/dist/server.cjs',
      'extension/language-configuration.json',
      'extension/package.json',
      'extension/readme.md',
      'extension/syntaxes/snnx.tmLanguage.json',
    ]))

  it('has every file that its manifest names', () => {
    const { main, contributes } = JSON.parse(textOf('package.json'))
    const named = [main, contributes.languages[0].configuration, contributes.grammars[0].path]
    for (const path of named) expect(files.has(`extension/${path.replace('./', '')}`), path).toBe(true)
  })

  it.each(['client', 'server'])('has a %s that loads nothing but Node and the editor', (name) => {
    const loaded = [...textOf(`dist/${name}.cjs`).matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1]!)
    const foreign = loaded.filter((module) => !builtinModules.includes(module.replace(/^node:/, '')))
    expect([...new Set(foreign)]).toEqual(name === 'client' ? ['vscode'] : [])
  })

  it('says whose libraries are in it', () => expect(textOf('dist/NOTICES.txt')).toMatch(/chevrotain 13[\s\S]*zod/))

  it('has a server that answers over stdio', async () => {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    const client = new Client([join(folder, 'extension/dist/server.cjs')])
    const uri = 'file:///a.snnx'
    await client.open(uri, 'snnx 1\nexperiment a {\n  dataset : \n}\n')
    const mistakes: Diagnostic[] = await client.diagnostics(uri, 1)
    expect(mistakes.map(({ source }) => source)).toContain('snnx')
    const params = { textDocument: { uri }, position: { line: 2, character: 12 } }
    const items = (await client.connection.sendRequest(CompletionRequest.type, params)) as CompletionItem[]
    expect(items.map(({ label }) => label)).toContain('fashion_mnist')
    expect(await client.end()).toBe(0)
    client.connection.dispose()
  })
})
