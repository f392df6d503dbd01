import type { Connection, ServerCapabilities } from 'vscode-languageserver/node'
import type { Documents } from '../documents.ts'

/** Registers its handlers, and says what the server offers by them. */
export type Capability = (connection: Connection, documents: Documents) => ServerCapabilities
