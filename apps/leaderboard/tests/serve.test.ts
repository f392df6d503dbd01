import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Served, serveSite } from '../src/site/index.ts'

let served: Served
beforeAll(async () => {
  served = await serveSite(inject('site'))
})
afterAll(() => served.close())

test('pages and files have their types, what is missing is a 404 with a page', async () => {
  const home = await fetch(served.url)
  expect([home.status, home.headers.get('content-type')]).toEqual([200, 'text/html;charset=utf-8'])
  expect((await fetch(`${served.url}favicon.svg`)).headers.get('content-type')).toBe('image/svg+xml')
  const missing = await fetch(`${served.url}runs/nothing/`)
  expect(missing.status).toBe(404)
  expect(await missing.text()).toContain('There is no such page')
})

test('nothing outside the site is served', async () => {
  const { port } = new URL(served.url)
  for (const path of [
    '/../package.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '//etc/passwd',
    '/%00',
    '/%',
  ]) {
    const status = await new Promise((done, fail) => {
      request({ port, path, host: '127.0.0.1' }, (response) => done(response.resume().statusCode))
        .on('error', fail)
        .end()
    })
    expect(status, path).toBe(404)
  }
})

test('a taken port and a folder without a site are coded errors', async () => {
  const { port } = new URL(served.url)
  await expect(serveSite(inject('site'), { port: Number(port) })).rejects.toMatchObject({ code: 'SNX1044' })
  await expect(serveSite(inject('site'), { port: Number.NaN })).rejects.toMatchObject({ code: 'SNX1044' })
  await expect(serveSite(inject('site'), { port: 70_000 })).rejects.toMatchObject({ code: 'SNX1044' })
  await expect(serveSite('tests')).rejects.toMatchObject({ code: 'SNX1043' })
})

test('the command prints the address, serves, and ends well when interrupted', async () => {
  const script = fileURLToPath(new URL('../scripts/serve.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@snnx/source', script, inject('site')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const address = /^leaderboard: (http:\/\/127\.0\.0\.1:\d+\/) /.exec(line)![1]!
  expect(await (await fetch(address)).text()).toContain('snnx leaderboard')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})
