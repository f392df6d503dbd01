import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downloadFile, type TransferOptions } from '../src/download.ts'
import type { DownloadProgress } from '../src/fetch.ts'
import { cacheFolder } from '../src/find.ts'
import { type OpenOptions, openSource } from '../src/open.ts'
import { type Behaviour, closedAddress, serve } from './server.ts'
import { FILE_NAMES, freshFolder, PACKED, ROLES, SMALL, sha256 } from './small-set.ts'

const FILE = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 2654435761) >>> 13)
const WANTED = { bytes: FILE.length, sha256: sha256(FILE) }

/** Fetches FILE from a server that follows the script; `left` is what an earlier transfer left. */
async function fetchFile(script: Behaviour[], left?: Uint8Array, options: TransferOptions = {}) {
  const target = join(freshFolder(), 'a folder', 'file.gz')
  mkdirSync(join(target, '..'))
  if (left) writeFileSync(`${target}.part`, left)
  const { address, requests } = await serve({ file: FILE }, script)
  const reason = await downloadFile(`${address}file`, target, WANTED, { pause: 1, ...options })
  if (reason === null) {
    expect(Buffer.compare(readFileSync(target), FILE)).toBe(0)
    expect(readdirSync(join(target, '..'))).toEqual(['file.gz'])
  } else {
    expect(existsSync(target)).toBe(false)
  }
  return { reason, ranges: requests.map((request) => request.split(' ')[1]), target }
}

describe('downloading a file', () => {
  it('takes it whole', async () => {
    expect(await fetchFile([])).toMatchObject({ reason: null, ranges: ['whole'] })
  })

  it('goes on where the connection was cut', async () => {
    const { reason, ranges } = await fetchFile([
      { kind: 'cut', after: 50_000 },
      { kind: 'cut', after: 30_000 },
    ])
    expect({ reason, ranges }).toEqual({ reason: null, ranges: ['whole', 'bytes=50000-', 'bytes=80000-'] })
  })

  it('goes on where an earlier run stopped', async () => {
    const { reason, ranges } = await fetchFile([], FILE.slice(0, 123_456))
    expect({ reason, ranges }).toEqual({ reason: null, ranges: ['bytes=123456-'] })
  })

  it('asks for nothing where an earlier run stopped before the last step', async () => {
    expect(await fetchFile([], FILE)).toMatchObject({ reason: null, ranges: [] })
  })

  it('starts again where the server ignores ranges', async () => {
    const { reason, ranges } = await fetchFile([{ kind: 'cut', after: 50_000 }, { kind: 'no range' }])
    expect({ reason, ranges }).toEqual({ reason: null, ranges: ['whole', 'bytes=50000-'] })
  })

  it.each([
    ['shorter', new Uint8Array(1000), ['bytes=1000-', 'whole']],
    ['as long', new Uint8Array(FILE.length), ['whole']],
    ['longer', new Uint8Array(FILE.length + 1), ['whole']],
  ])('starts again over leftovers that are not the file’s: %s', async (_, left, ranges) => {
    expect(await fetchFile([], left)).toMatchObject({ reason: null, ranges })
  })

  it('takes a silent connection for a cut one', async () => {
    const { reason, ranges } = await fetchFile([{ kind: 'stall', after: 50_000 }], undefined, { stall: 200 })
    expect({ reason, ranges }).toEqual({ reason: null, ranges: ['whole', 'bytes=50000-'] })
  })

  it('tries again when the server is busy', async () => {
    const busy = { kind: 'status', status: 503 } as const
    expect(await fetchFile([busy, busy])).toMatchObject({ reason: null, ranges: ['whole', 'whole', 'whole'] })
  })

  it('comes through any series of cuts that each bring something', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(cuts, async (afters) => {
        expect((await fetchFile(afters.map((after) => ({ kind: 'cut', after })))).reason).toBe(null)
      }),
      { numRuns: 8 },
    )
  })

  const same = (behaviour: Behaviour) => new Array<Behaviour>(20).fill(behaviour)
  it.each<[string, Behaviour[], string, number]>([
    ['404', same({ kind: 'status', status: 404 }), 'answered 404 Not Found', 1],
    ['403', same({ kind: 'status', status: 403 }), 'answered 403 Forbidden', 1],
    ['500 for ever', same({ kind: 'status', status: 500 }), 'answered 500 Internal Server Error (4 attempts)', 4],
    [
      'a page of a login',
      same({ kind: 'page', html: '<html>log in</html>' }),
      'offers a file of 19 bytes, expected 200000',
      1,
    ],
    ['too much', same({ kind: 'no length', content: new Uint8Array(200_001) }), 'sent more than 200000 bytes', 1],
    [
      'another range',
      [{ kind: 'cut', after: 500 }, { kind: 'other range' }],
      'answered 206 Partial Content with another range than asked for',
      2,
    ],
    ['cuts at once', same({ kind: 'cut', after: 0 }), 'the connection was closed (4 attempts)', 4],
    [
      'cuts at the same place without ranges',
      same({ kind: 'no range, cut', after: 500 }),
      'the connection was closed (4 attempts)',
      5,
    ],
  ])('gives up with the reason: %s', async (_, script, expected, asked) => {
    const { reason, ranges } = await fetchFile(script)
    expect([reason, ranges.length]).toEqual([expected, asked])
  })

  it('refuses a corrupt file and leaves nothing of it', async () => {
    const corrupt = FILE.with(-1 + FILE.length, FILE.at(-1)! ^ 1)
    const { reason, ranges, target } = await fetchFile([{ kind: 'corrupt' }])
    expect(reason).toBe(`sent a file with sha256 ${sha256(corrupt)}, expected ${WANTED.sha256}`)
    expect(ranges).toEqual(['whole'])
    expect(readdirSync(join(target, '..'))).toEqual([])
  })

  it('says when nobody answers', async () => {
    const closed = await closedAddress()
    expect(await downloadFile(`${closed}file`, join(freshFolder(), 'f'), WANTED)).toBe('the connection was refused')
    expect(await downloadFile('not an address', join(freshFolder(), 'f'), WANTED)).toMatch(
      /Failed to parse URL|Invalid URL/,
    )
  })

  it('stops when told to, and keeps what it has', async () => {
    const stop = new AbortController()
    const target = join(freshFolder(), 'f')
    const { address, requests } = await serve({ file: FILE }, [{ kind: 'stall', after: 50_000 }])
    const onBytes = (received: number) => received === 50_000 && stop.abort(new Error('interrupted'))
    await expect(downloadFile(`${address}file`, target, WANTED, { signal: stop.signal, onBytes })).rejects.toThrow(
      'interrupted',
    )
    expect(existsSync(target)).toBe(false)
    expect(await downloadFile(`${address}file`, target, WANTED)).toBe(null)
    expect(requests).toEqual(['/file whole', '/file bytes=50000-'])
  })

  it('stops when told to between two attempts', async () => {
    const stop = new AbortController()
    const { address } = await serve({ file: FILE }, [{ kind: 'status', status: 503 }])
    setTimeout(() => stop.abort(new Error('interrupted')), 100)
    const fetching = downloadFile(`${address}file`, join(freshFolder(), 'f'), WANTED, {
      signal: stop.signal,
      pause: 60_000,
    })
    await expect(fetching).rejects.toThrow('interrupted')
  })

  it('may be done by several at once', async () => {
    const target = join(freshFolder(), 'f')
    const cut = { kind: 'cut', after: 70_000 } as const
    const { address } = await serve({ file: FILE }, [cut, { kind: 'sound' }, cut, { kind: 'no range' }])
    const all = [1, 2, 3, 4].map(() => downloadFile(`${address}file`, target, WANTED, { pause: 1 }))
    expect(await Promise.all(all)).toEqual([null, null, null, null])
    expect(Buffer.compare(readFileSync(target), FILE)).toBe(0)
  })

  it.skipIf(!existsSync('/dev/full'))('names a full disk', async () => {
    const target = join(freshFolder(), 'f')
    symlinkSync('/dev/full', `${target}.part`)
    const { address } = await serve({ file: FILE })
    await expect(downloadFile(`${address}file`, target, WANTED)).rejects.toMatchObject({
      code: 'SNX0711',
      message: `no space left to write ${target}.part`,
    })
    expect(existsSync(target)).toBe(false)
  })

  it('names a place that cannot be written', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'file'), '')
    const target = join(folder, 'file', 'f')
    const { address, requests } = await serve({ file: FILE })
    await expect(downloadFile(`${address}file`, target, WANTED)).rejects.toMatchObject({
      code: 'SNX0712',
      message: `cannot write ${join(folder, 'file')}: a file of that name is in the way`,
    })
    mkdirSync(join(folder, 'g.part'))
    await expect(downloadFile(`${address}file`, join(folder, 'g'), WANTED)).rejects.toMatchObject({ code: 'SNX0712' })
    expect(requests.length).toBeLessThan(2)
  })
})

describe('downloading a data set', () => {
  const files = Object.fromEntries(ROLES.map((role) => [`${FILE_NAMES[role]}.gz`, PACKED[role]]))
  const total = ROLES.reduce((sum, role) => sum + PACKED[role].length, 0)
  const open = (cache: string, options: Partial<OpenOptions>) =>
    openSource(SMALL, { validation: 0.25 }, { seed: 0, environment: { SNNX_CACHE: cache }, pause: 1, ...options })

  it('fetches the four files into the cache, once', async () => {
    const cache = freshFolder()
    const { address, requests } = await serve(files)
    const seen: DownloadProgress[] = []
    const options = { addresses: [address], onProgress: (progress: DownloadProgress) => seen.push(progress) }
    expect((await open(cache, options)).digest).toBe(SMALL.digest)
    expect((await open(cache, options)).digest).toBe(SMALL.digest)
    expect(requests).toEqual(ROLES.map((role) => `/${FILE_NAMES[role]}.gz whole`))
    expect(readdirSync(cacheFolder(SMALL, { SNNX_CACHE: cache })).sort()).toEqual(Object.keys(files).sort())
    const received = seen.map((progress) => progress.received)
    expect(received).toEqual([...received].sort((a, b) => a - b))
    expect(seen.at(-1)).toEqual({ dataset: 'mnist', file: 't10k-labels-idx1-ubyte.gz', received: total, total })
  })

  it('fetches only what the cache lacks', async () => {
    const cache = freshFolder()
    const folder = cacheFolder(SMALL, { SNNX_CACHE: cache })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'train-images-idx3-ubyte.gz'), PACKED.trainImages)
    const { address, requests } = await serve(files)
    await open(cache, { addresses: [address] })
    expect(requests).toHaveLength(3)
  })

  it('takes a file from the next address where one fails', async () => {
    const broken = await serve(files, new Array(9).fill({ kind: 'corrupt' }))
    const sound = await serve(files)
    const dataset = await open(freshFolder(), { addresses: [broken.address, sound.address] })
    expect(dataset.digest).toBe(SMALL.digest)
    expect([broken.requests.length, sound.requests.length]).toEqual([4, 4])
  })

  it('says at once what every place and address lacked', async () => {
    const cache = freshFolder()
    const empty = await serve({})
    const other = await serve({ ...files, 'train-images-idx3-ubyte.gz': gzipSync('other') })
    await expect(open(cache, { addresses: [empty.address, other.address] })).rejects.toMatchObject({
      code: 'SNX0701',
      message: [
        'data set mnist is nowhere to be had; looked at:',
        `  ${cacheFolder(SMALL, { SNNX_CACHE: cache })}: no such folder`,
        `  ${empty.address}train-images-idx3-ubyte.gz: answered 404 Not Found`,
        `  ${other.address}train-images-idx3-ubyte.gz: offers a file of ${gzipSync('other').length} bytes, expected ${PACKED.trainImages.length}`,
      ].join('\n'),
    })
    expect(readdirSync(cacheFolder(SMALL, { SNNX_CACHE: cache }))).toEqual([])
  })
})
