import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  createProtocolConnection,
  type Diagnostic,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** A client beside a server of its own, over the server's stdin and stdout. */
export class Client {
  readonly connection: ProtocolConnection
  readonly initialized: Promise<InitializeResult>
  readonly #child: ChildProcess
  readonly #found = new Map<string, { version: number | undefined; diagnostics: Diagnostic[] }>()
  #wake: () => void = () => {}

  constructor(command: readonly string[] = ['--conditions=@snnx/source', MAIN]) {
    this.#child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] })
    const reader = new StreamMessageReader(this.#child.stdout!)
    this.connection = createProtocolConnection(reader, new StreamMessageWriter(this.#child.stdin!))
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.#found.set(uri, { version, diagnostics })
      this.#wake()
    })
    this.connection.listen()
    this.initialized = this.connection
      .sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} })
      .then(async (result) => {
        await this.connection.sendNotification(InitializedNotification.type, {})
        return result
      })
  }

  async open(uri: string, text: string): Promise<void> {
    await this.initialized
    const textDocument = { uri, languageId: 'snnx', version: 1, text }
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument })
  }

  /** The diagnostics of a version of a text, once they are there. */
  async diagnostics(uri: string, version: number): Promise<Diagnostic[]> {
    for (;;) {
      const found = this.#found.get(uri)
      if (found?.version === version) return found.diagnostics
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The diagnostics of a text that are sent next. */
  async nextDiagnostics(uri: string): Promise<Diagnostic[]> {
    const before = this.#found.get(uri)
    while (this.#found.get(uri) === before) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#found.get(uri)!.diagnostics
  }

  /** Ends the server as an editor does. @returns its exit code */
  async end(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type)
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', resolve))
    await this.connection.sendNotification(ExitNotification.type)
    return ended
  }
}

/** Where the nth occurrence of a part of a text begins, and how many characters after. */
export function find(text: string, part: string, after = 0): Position {
  const before = text.slice(0, text.indexOf(part) + after).split('\n')
  return { line: before.length - 1, character: before.at(-1)!.length }
}

/** The text of a range. */
export function cut(text: string, { start, end }: Range): string {
  const lines = text.split('\n')
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character
  return text.slice(offset(start), offset(end))
}
