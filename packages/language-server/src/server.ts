import {
  type Connection,
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node'
import { actions } from './capability/actions.ts'
import { completion } from './capability/completion.ts'
import { definition } from './capability/definition.ts'
import { diagnostics } from './capability/diagnostics.ts'
import { folding } from './capability/folding.ts'
import { formatting } from './capability/formatting.ts'
import { highlighting } from './capability/highlighting.ts'
import { hovering } from './capability/hovering.ts'
import { lensing } from './capability/lensing.ts'
import { outlining } from './capability/outlining.ts'
import { referencing } from './capability/referencing.ts'
import { renaming } from './capability/renaming.ts'
import { Documents } from './documents.ts'

/** All that the server can do, one file each. */
const CAPABILITIES = [
  diagnostics,
  completion,
  hovering,
  definition,
  referencing,
  renaming,
  folding,
  formatting,
  highlighting,
  actions,
  lensing,
  outlining,
]

/** Serves `.snnx` texts over stdin and stdout, until the client ends it. */
export function startServer(): void {
  const reader = new StreamMessageReader(process.stdin)
  const writer = new StreamMessageWriter(process.stdout)
  serve(createConnection(ProposedFeatures.all, reader, writer))
}

/** Answers a client over a connection. */
export function serve(connection: Connection): void {
  const documents = new Documents()
  const offers = CAPABILITIES.map((register) => register(connection, documents))
  connection.onInitialize(() => ({
    serverInfo: { name: 'snnx' },
    capabilities: Object.assign({ textDocumentSync: TextDocumentSyncKind.Incremental }, ...offers),
  }))
  documents.listen(connection)
  connection.listen()
}
