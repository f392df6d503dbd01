import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SnnxError } from '@snnx/ir'
import sirv from 'sirv'

export interface Served {
  /** The address, with a slash at its end. */
  url: string
  /** Stops serving and cuts open connections. */
  close(): Promise<void>
}

/**
 * Serves a built site over HTTP, on the loopback interface unless told otherwise.
 *
 * @param port 0 (the default) takes any free port
 * @throws SnnxError SNX1043 when there is no site in `folder`, SNX1044 when the address cannot be listened on
 */
export async function serveSite(folder: string, { port = 0, host = '127.0.0.1' } = {}): Promise<Served> {
  const refuse = (cause: unknown) =>
    new SnnxError('SNX1044', `the site cannot be served on ${host}:${port}: ${(cause as Error).message}`, {
      help: 'choose another port, from 0 (any that is free) to 65535',
      cause,
    })
  const missing = readNotFoundPage(folder)
  const files = sirv(folder, { dev: true })
  const server = createServer((request, response) =>
    files(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(missing)
    }),
  )
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done)).catch((cause) => {
    throw refuse(cause)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function readNotFoundPage(folder: string): string {
  try {
    return readFileSync(join(folder, '404.html'), 'utf8')
  } catch (cause) {
    throw new SnnxError('SNX1043', `there is no site in \`${folder}\``, { help: 'build it first', cause })
  }
}
