/**
 * `npm run keystroke -w @snnx/bench`: how long after a keystroke the language server answers, over stdio, and writes
 * `results/keystroke.md`.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import {
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  SemanticTokensRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node'
import { median } from '../statistic.ts'
import { writeLong } from './spec.ts'

const SERVER = fileURLToPath(new URL('../../../packages/language-server/bin/snnx-language-server.mjs', import.meta.url))
const RESULT = fileURLToPath(new URL('../../results/keystroke.md', import.meta.url))
const LINES = [100, 500, 2000]
const [WARMING, ROUNDS] = [20, 60]

/** Times in ms from a keystroke to each answer. */
interface Times {
  lines: number
  mistakes: number
  diagnostics: number[]
  completion: number[]
  tokens: number[]
}

async function measure(lines: number, broken: boolean): Promise<Times> {
  const child = spawn(process.execPath, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] })
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  )
  let arrived: (found: { version: number | undefined; count: number }) => void = () => {}
  connection.onNotification(PublishDiagnosticsNotification.type, ({ version, diagnostics }) =>
    arrived({ version, count: diagnostics.length }),
  )
  connection.listen()
  await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} })
  await connection.sendNotification(InitializedNotification.type, {})
  const text = broken ? writeLong(lines).replace('tau       =', 'tau       = =') : writeLong(lines)
  const rows = text.split('\n')
  const uri = 'file:///long.snnx'
  // A digit in the middle of the file is typed over again and again.
  const line = rows.findIndex((row, index) => index >= rows.length / 3 && row.includes('threshold'))
  const character = rows[line]!.indexOf('1.')
  const range = { start: { line, character }, end: { line, character: character + 1 } }
  const times: Times = { lines: rows.length, mistakes: 0, diagnostics: [], completion: [], tokens: [] }
  const since = async (list: number[], act: () => Promise<unknown>) => {
    const start = performance.now()
    await act()
    list.push(performance.now() - start)
  }
  const textDocument = { uri }
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'snnx', version: 0, text },
  })
  for (let version = 1; version <= WARMING + ROUNDS; version++) {
    await since(times.diagnostics, async () => {
      const answered = new Promise<number>((resolve) => {
        arrived = (found) => found.version === version && resolve(found.count)
      })
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ range, text: String(1 + (version % 8)) }],
      })
      times.mistakes = await answered
    })
    await since(times.completion, () =>
      connection.sendRequest(CompletionRequest.type, { textDocument, position: { line, character: 4 } }),
    )
    await since(times.tokens, () => connection.sendRequest(SemanticTokensRequest.type, { textDocument }))
  }
  await connection.sendRequest(ShutdownRequest.type)
  await connection.sendNotification(ExitNotification.type)
  connection.dispose()
  return times
}

const show = (times: readonly number[]) => {
  const counted = times.slice(WARMING).sort((a, b) => a - b)
  return `${median(counted).toFixed(1)} (${counted[Math.floor(0.95 * counted.length)]!.toFixed(1)})`
}

const rows: string[] = []
for (const lines of LINES) {
  for (const broken of [false, true]) {
    const times = await measure(lines, broken)
    const { diagnostics, completion, tokens } = times
    rows.push(`| ${times.lines} | ${times.mistakes} | ${show(diagnostics)} | ${show(completion)} | ${show(tokens)} |`)
    console.log(rows.at(-1))
  }
}
writeFileSync(
  RESULT,
  `# From a keystroke to the answer

ms over stdio, the median of ${ROUNDS} keystrokes and in brackets the 95th percentile, after ${WARMING} to warm up. Node ${process.versions.node},
load ${loadavg()[0]!.toFixed(1)} when it ended. Diagnostics are those of the whole file, its jobs included; completion and semantic tokens are asked
for right after them.

| lines | mistakes | diagnostics | completion | semantic tokens |
|---:|---:|---:|---:|---:|
${rows.join('\n')}
`,
)
