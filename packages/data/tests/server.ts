import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** How the server treats one request; `sound` serves the file, with ranges. */
export type Behaviour =
  | { kind: 'sound' }
  | { kind: 'cut'; after: number }
  | { kind: 'no range' }
  | { kind: 'no range, cut'; after: number }
  | { kind: 'stall'; after: number }
  | { kind: 'status'; status: number }
  | { kind: 'corrupt' }
  | { kind: 'no length'; content: Uint8Array }
  | { kind: 'page'; html: string }
  | { kind: 'other range' }

export interface Server {
  address: string
  /** One line a request: path and range asked for. */
  requests: string[]
}

/** A real server on a free loopback port; request n is treated as `script[n]` says, later ones soundly. */
export async function serve(files: Record<string, Uint8Array>, script: Behaviour[] = []): Promise<Server> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const behaviour = script[requests.length] ?? { kind: 'sound' }
    requests.push(`${request.url} ${request.headers.range ?? 'whole'}`)
    answer(files[request.url!.slice(1)], request, response, behaviour).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests }
}

/** An address at which nobody listens (any more). */
export async function closedAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/`
}

async function answer(
  file: Uint8Array | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  behaviour: Behaviour,
): Promise<void> {
  const { kind } = behaviour
  if (kind === 'status') return void response.writeHead(behaviour.status).end('no')
  if (kind === 'page')
    return void response.writeHead(200, { 'content-length': behaviour.html.length }).end(behaviour.html)
  if (kind === 'no length') return void response.writeHead(200).end(behaviour.content)
  if (file === undefined) return void response.writeHead(404).end('not here')
  const asked = kind.startsWith('no range') ? undefined : request.headers.range
  const first = Number(/^bytes=(\d+)-$/.exec(asked ?? '')?.[1] ?? 0)
  if (first >= file.length) return void response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end()
  const told = kind === 'other range' ? first - 1 : first
  const headers = { 'content-length': file.length - first }
  if (asked === undefined) response.writeHead(200, headers)
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${told}-${file.length - 1}/${file.length}` })
  const body = file.slice(first)
  if (kind === 'corrupt') body[body.length - 1]! ^= 1
  if (!('after' in behaviour)) return void response.end(body)
  response.write(body.subarray(0, behaviour.after))
  await sleep(kind === 'stall' ? 60_000 : 20, undefined, { ref: false })
  response.destroy()
}
