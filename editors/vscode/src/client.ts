import { join } from 'node:path'
import type { ExtensionContext } from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'

let client: LanguageClient | null = null

/** Starts the server, which is packed beside this file, when a `.snnx` file is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  const server = { module: context.asAbsolutePath(join('dist', 'server.cjs')), transport: TransportKind.stdio }
  client = new LanguageClient('snnx', 'snnx', server, { documentSelector: [{ language: 'snnx' }] })
  await client.start()
}

/** Ends the server. */
export async function deactivate(): Promise<void> {
  await client?.stop()
}
