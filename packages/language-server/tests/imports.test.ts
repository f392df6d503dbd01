import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  HoverRequest,
  type Location,
} from 'vscode-languageserver-protocol/node'
import { Client, cut, find } from './client.ts'

const PARTS = `snnx 1

/// Forgets slowly.
neuron lazy : lif { tau = 9 steps }
`
const TEXT = `snnx 1
from "parts.snnx" use lazy as slow
experiment a {
  dataset : fashion_mini { }
  network mlp { layers = flatten -> linear(10) -> slow -> rate }
  train { duration = 2 epochs }
}
`
const folder = mkdtempSync(join(tmpdir(), 'snnx-imports-'))
const uriOf = (name: string) => pathToFileURL(join(folder, name)).href
const client = new Client()
beforeAll(async () => {
  writeFileSync(join(folder, 'parts.snnx'), PARTS)
  await client.open(uriOf('a.snnx'), TEXT)
})
afterAll(async () => {
  await client.end()
  client.connection.dispose()
  rmSync(folder, { recursive: true })
})
const textDocument = { uri: uriOf('a.snnx') }
const at = (part: string, after = 1) => ({ textDocument, position: find(TEXT, part, after) })

describe('what another file gives', () => {
  it('is known', async () => {
    expect(await client.diagnostics(textDocument.uri, 1)).toEqual([])
    const hover = (await client.connection.sendRequest(HoverRequest.type, at('slow ->')))!
    expect(hover.contents).toMatchObject({ value: expect.stringContaining('Forgets slowly.') })
    const items = (await client.connection.sendRequest(CompletionRequest.type, at('lazy as', 0))) as CompletionItem[]
    expect(items.map(({ label }) => label)).toEqual(['lazy'])
  })

  it('is found there', async () => {
    for (const part of ['slow ->', 'lazy as']) {
      const place = (await client.connection.sendRequest(DefinitionRequest.type, at(part))) as Location
      expect(place.uri).toBe(uriOf('parts.snnx'))
      expect(cut(PARTS, place.range)).toBe('lazy')
    }
    const file = (await client.connection.sendRequest(DefinitionRequest.type, at('"parts', 3))) as Location
    expect(file.uri).toBe(uriOf('parts.snnx'))
  })

  it('is checked anew when it changes, and its mistakes are said where it is named', async () => {
    const again = client.nextDiagnostics(textDocument.uri)
    await client.open(uriOf('parts.snnx'), PARTS.replace('tau', 'taw'))
    const [mistake] = await again
    expect(cut(TEXT, mistake!.range)).toBe('"parts.snnx"')
    expect(mistake!.relatedInformation![0]!.location).toMatchObject({
      uri: uriOf('parts.snnx'),
      range: { start: { line: 3 } },
    })
  })
})

it('formatting changes only what differs', async () => {
  const text = 'snnx 1\n\nexperiment a {\n  train {\n    loss=mse\n  }\n}\n'
  await client.open(uriOf('b.snnx'), text)
  const options = { tabSize: 2, insertSpaces: true }
  const params = { textDocument: { uri: uriOf('b.snnx') }, options }
  const edits = (await client.connection.sendRequest(DocumentFormattingRequest.type, params))!
  expect(edits).toHaveLength(1)
  expect(cut(text, edits[0]!.range)).toContain('loss=')
  expect(cut(text, edits[0]!.range).split('\n')).toHaveLength(1)
  expect(edits[0]!.newText).toContain('loss = ')
})
