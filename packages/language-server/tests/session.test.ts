import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CodeAction,
  CodeActionRequest,
  CodeLensRequest,
  type CompletionItem,
  CompletionItemKind,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DocumentHighlightRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  type Location,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  type TextEdit,
} from 'vscode-languageserver-protocol/node'
import { Client, cut, find } from './client.ts'

const URI = 'file:///specs/a.snnx'
const TEXT = `snnx 1

# A comment
# of two lines.
experiment a {
  dataset : fashion_mini { }

  /// It leaks little.
  neuron slow : lif {
    tau = 4 steps
  }

  network mlp {
    layers = resnet_stem -> flatten -> linear(20) -> slow -> linear(10) -> slow -> rate
  }

  train {
    duration = 5 epochs
  }

  sweep {
    slow.tau in [2 steps, 4 steps]
  }
}
`

let client: Client
beforeAll(async () => {
  client = new Client()
  await client.open(URI, TEXT)
})
const textDocument = { uri: URI }
const at = (part: string, after = 1) => ({ textDocument, position: find(TEXT, part, after) })

describe('a session', () => {
  it('begins with what the server can do', async () => {
    const { capabilities, serverInfo } = await client.initialized
    expect(serverInfo?.name).toBe('snnx')
    expect(Object.keys(capabilities).sort()).toEqual([
      'codeActionProvider',
      'codeLensProvider',
      'completionProvider',
      'definitionProvider',
      'documentFormattingProvider',
      'documentHighlightProvider',
      'documentSymbolProvider',
      'foldingRangeProvider',
      'hoverProvider',
      'referencesProvider',
      'renameProvider',
      'semanticTokensProvider',
      'textDocumentSync',
    ])
  })

  it('finds no mistake in a sound text', async () => expect(await client.diagnostics(URI, 1)).toEqual([]))

  it('completes', async () => {
    const items = (await client.connection.sendRequest(CompletionRequest.type, at('tau =', 0))) as CompletionItem[]
    const threshold = items.find(({ label }) => label === 'threshold')!
    expect(threshold.documentation).toMatchObject({ kind: 'markdown', value: expect.stringContaining('potential') })
    expect(threshold.textEdit).toMatchObject({ newText: 'threshold = ' })
  })

  it('completes paths beside the spec: those that fit, folder by folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snnx-paths-'))
    for (const name of ['a.snnx', 'parts.snnx', 'dense.safetensors', 'notes.txt', '.hidden.snnx'])
      writeFileSync(join(folder, name), '')
    mkdirSync(join(folder, 'images', 'birds'), { recursive: true })
    writeFileSync(join(folder, 'images', 'more.snnx'), '')
    const uri = pathToFileURL(join(folder, 'a.snnx')).href
    let version = 0
    const complete = async (marked: string) => {
      const text = marked.replace('|', '')
      const textDocument = { uri, version: ++version }
      if (version === 1) await client.open(uri, text)
      else
        await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
          textDocument,
          contentChanges: [{ text }],
        })
      const params = { textDocument, position: find(marked, '|') }
      const items = (await client.connection.sendRequest(CompletionRequest.type, params)) as CompletionItem[]
      return items.map(({ label, kind, textEdit }) => {
        const { range, newText } = textEdit as TextEdit
        const lines = text.split('\n')
        const [line] = lines.splice(range.start.line, 1)
        return [label, kind, line!.slice(0, range.start.character) + newText + line!.slice(range.end.character)]
      })
    }
    const { File, Folder } = CompletionItemKind
    expect(await complete('snnx 1\nfrom "|" use cell\n')).toEqual([
      ['parts.snnx', File, 'from "parts.snnx" use cell'],
      ['images/', Folder, 'from "images/" use cell'],
    ])
    expect(await complete('snnx 1\nfrom "images/m|\n')).toEqual([
      ['more.snnx', File, 'from "images/more.snnx"'],
      ['birds/', Folder, 'from "images/birds/'],
    ])
    expect(await complete('snnx 1\nexperiment a {\n  train { start = file("de|nse") }\n}\n')).toEqual([
      ['dense.safetensors', File, '  train { start = file("dense.safetensors") }'],
      ['images/', Folder, '  train { start = file("images/") }'],
    ])
    expect(await complete('snnx 1\nexperiment a {\n  dataset : images {\n    folder = "images/|"\n')).toEqual([
      ['birds/', Folder, '    folder = "images/birds"'],
    ])
    expect(await complete('snnx 1\nexperiment a {\n  dataset : images {\n    folder = |\n')).toEqual([
      ['images/', Folder, '    folder = "images"'],
    ])
    rmSync(folder, { recursive: true })
  })

  it('says what a word means', async () => {
    const hover = (await client.connection.sendRequest(HoverRequest.type, at('linear(20)')))!
    expect(cut(TEXT, hover.range!)).toBe('linear')
    expect(hover.contents).toMatchObject({ value: expect.stringContaining('MACs over 8 steps') })
    expect(await client.connection.sendRequest(HoverRequest.type, at('# A comment'))).toBeNull()
  })

  it('leads to definitions, also into std', async () => {
    const own = (await client.connection.sendRequest(DefinitionRequest.type, at('slow.tau'))) as Location
    expect([own.uri, cut(TEXT, own.range), own.range.start]).toEqual([URI, 'slow', find(TEXT, 'slow : lif')])
    const std = (await client.connection.sendRequest(DefinitionRequest.type, at('resnet_stem'))) as Location
    expect(std.uri).toMatch(/^file:.*std\/networks\.snnx$/)
    expect(cut(readFileSync(fileURLToPath(std.uri), 'utf8'), std.range)).toBe('resnet_stem')
  })

  it('finds references and marks them', async () => {
    const params = { ...at('slow :'), context: { includeDeclaration: false } }
    const found = (await client.connection.sendRequest(ReferencesRequest.type, params))!
    expect(found.map(({ range }) => cut(TEXT, range))).toEqual(['slow', 'slow', 'slow'])
    const marked = await client.connection.sendRequest(DocumentHighlightRequest.type, at('slow :'))
    expect(marked).toHaveLength(4)
  })

  it('renames, and refuses where it must not', async () => {
    const prepared = await client.connection.sendRequest(PrepareRenameRequest.type, at('slow.tau'))
    expect(prepared).toMatchObject({ placeholder: 'slow' })
    const edit = (await client.connection.sendRequest(RenameRequest.type, { ...at('slow.tau'), newName: 'lazy' }))!
    expect(edit.changes![URI]!.map(({ newText }) => newText)).toEqual(['lazy', 'lazy', 'lazy', 'lazy'])
    const refused = (part: string) => client.connection.sendRequest(PrepareRenameRequest.type, at(part))
    await expect(refused('duration')).rejects.toThrow('`duration` is a word of the language')
    await expect(refused('resnet_stem')).rejects.toThrow('`resnet_stem` is declared in std/networks.snnx')
    const taken = client.connection.sendRequest(RenameRequest.type, { ...at('slow.tau'), newName: 'mlp' })
    await expect(taken).rejects.toThrow('there is a `mlp` already')
  })

  it('folds', async () => {
    const folds = (await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument }))!
    expect(folds).toContainEqual({ startLine: 2, endLine: 3, kind: 'comment' })
    expect(folds).toContainEqual({ startLine: find(TEXT, 'train').line, endLine: find(TEXT, 'duration').line })
  })

  it('colours', async () => {
    const { capabilities } = await client.initialized
    const legend = (capabilities.semanticTokensProvider as { legend: { tokenTypes: string[] } }).legend.tokenTypes
    const decode = (data: number[]) => {
      let [line, character] = [0, 0]
      return Array.from({ length: data.length / 5 }, (_, index) => {
        const [down, right, length, type, modifiers] = data.slice(5 * index, 5 * index + 5) as [
          number,
          number,
          number,
          number,
          number,
        ]
        character = down > 0 ? right : character + right
        line += down
        const range = { start: { line, character }, end: { line, character: character + length } }
        return `${cut(TEXT, range)} ${legend[type]} ${modifiers}`
      })
    }
    const whole = (await client.connection.sendRequest(SemanticTokensRequest.type, { textDocument }))!
    expect(decode(whole.data)).toEqual(
      expect.arrayContaining([
        'slow class 1',
        'slow class 0',
        'resnet_stem class 2',
        'tau property 1',
        'steps type 0',
        '20 number 0',
      ]),
    )
    const range = { start: find(TEXT, 'train'), end: find(TEXT, '  sweep') }
    const part = (await client.connection.sendRequest(SemanticTokensRangeRequest.type, { textDocument, range }))!
    expect(decode(part.data)).toEqual([
      'train struct 1',
      'duration property 1',
      '= operator 0',
      '5 number 0',
      'epochs type 0',
    ])
  })

  it('says what a sweep costs', async () => {
    const lenses = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument }))!
    expect(lenses.map(({ range }) => cut(TEXT, range))).toEqual(['experiment', 'sweep'])
    expect(lenses[1]!.command!.title).toMatch(
      /^2 jobs \(dense\) · 10 epochs · 54,000 training samples · .* MACs forward$/,
    )
  })

  it('lists the blocks', async () => {
    const [experiment] = (await client.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument,
    })) as DocumentSymbol[]
    expect(experiment!.children!.map(({ name }) => name)).toEqual(['dataset', 'slow', 'mlp', 'train', 'sweep'])
  })

  it('checks as one types, and mends what is wrong', async () => {
    const range = { start: find(TEXT, 'tau ='), end: find(TEXT, ' = 4 steps') }
    const change = { textDocument: { uri: URI, version: 2 }, contentChanges: [{ range, text: 'taw' }] }
    await client.connection.sendNotification(DidChangeTextDocumentNotification.type, change)
    const [mistake] = await client.diagnostics(URI, 2)
    expect(mistake).toMatchObject({
      severity: 1,
      source: 'snnx',
      code: 'SNX0301',
      message: expect.stringContaining('`taw`'),
    })
    const params = { textDocument, range: mistake!.range, context: { diagnostics: [mistake!] } }
    const [action] = (await client.connection.sendRequest(CodeActionRequest.type, params)) as CodeAction[]
    expect(action).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: 'SNX0301' }] })
    const [edit] = action!.edit!.changes![URI] as TextEdit[]
    const changed = TEXT.replace('tau', 'taw')
    expect(cut(changed, edit!.range)).toBe('taw')
    expect(edit!.newText).toBe('tau')
    const mend = {
      textDocument: { uri: URI, version: 3 },
      contentChanges: [{ range: edit!.range, text: edit!.newText }],
    }
    await client.connection.sendNotification(DidChangeTextDocumentNotification.type, mend)
    expect(await client.diagnostics(URI, 3)).toEqual([])
  })

  it('shows what else a mistake is about', async () => {
    const text = TEXT.replace('duration = 5 epochs', 'duration = 5 epochs\n    duration = 6 epochs')
    await client.open('file:///specs/b.snnx', text)
    const [mistake] = await client.diagnostics('file:///specs/b.snnx', 1)
    const [related] = mistake!.relatedInformation!
    expect(cut(text, related!.location.range)).toBe('duration')
    expect(related!.location.range.start.line).toBe(mistake!.range.start.line - 1)
  })

  it('forgets a text that is closed', async () => {
    await client.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument })
    expect(await client.connection.sendRequest(HoverRequest.type, at('linear(20)'))).toBeNull()
    expect(await client.connection.sendRequest(CodeLensRequest.type, { textDocument })).toEqual([])
  })
})

describe('the end', () => {
  it('is clean, and removes what was written', async () => {
    await client.open(URI, TEXT)
    const std = (await client.connection.sendRequest(DefinitionRequest.type, at('resnet_stem'))) as Location
    expect(existsSync(fileURLToPath(std.uri))).toBe(true)
    expect(await client.end()).toBe(0)
    expect(existsSync(fileURLToPath(std.uri))).toBe(false)
  })
})

afterAll(() => client.connection.dispose())
