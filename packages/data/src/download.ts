import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { SnnxError } from '@snnx/ir'
import { codeOf, diskFull, reasonOf, unwritable } from './errors.ts'
import type { Packed } from './source.ts'

export interface TransferOptions {
  /** Told how many of the file's bytes are there, after each piece. */
  onBytes?: (received: number) => void
  /** Ends the transfer; what was received stays and is resumed next time. */
  signal?: AbortSignal
  /** Milliseconds without a byte after which a connection counts as cut; 30 s unless told. */
  stall?: number
  /** Milliseconds before the second attempt, doubled for each one after; 500 unless told. */
  pause?: number
}

/** Attempts in a row that bring nothing new. */
const ATTEMPTS = 4

/**
 * Fetches a file: into `target.part`, resumed from what an earlier transfer left there, verified, then renamed, so that
 * `target` is whole or absent. Two processes may fetch the same file at once: both write the same bytes at the same
 * places.
 * @returns null when the file is there, else why this address does not give it
 * @throws SNX0711, SNX0712 when it cannot be stored; the signal's reason when aborted
 */
export async function downloadFile(
  address: string,
  target: string,
  packed: Packed,
  options: TransferOptions = {},
): Promise<string | null> {
  const part = `${target}.part`
  const pause = options.pause ?? 500
  let idle = 0
  let restarted = false
  await storing(dirname(target), () => mkdir(dirname(target), { recursive: true }))
  for (;;) {
    const start = await resumePoint(part, packed.bytes)
    if (start < packed.bytes) {
      const end = await transfer(address, part, start, packed.bytes, options)
      if (end.kind === 'refused') return end.reason
      if (end.kind === 'cut') {
        idle = (await resumePoint(part, packed.bytes)) > start ? 0 : idle + 1
        if (idle === ATTEMPTS) return `${end.reason} (${ATTEMPTS} attempts)`
        await rest(pause * 2 ** Math.max(0, idle - 1), options.signal)
        continue
      }
    }
    const found = await settle(part, target, packed.sha256)
    if (found === null) return null
    if (start === 0 || restarted) return `sent a file with sha256 ${found}, expected ${packed.sha256}`
    restarted = true // the beginning was left by an earlier transfer and may be to blame
  }
}

type End = { kind: 'done' } | { kind: 'cut' | 'refused'; reason: string }

async function transfer(
  address: string,
  part: string,
  start: number,
  bytes: number,
  options: TransferOptions,
): Promise<End> {
  const watch = watchFor(options.stall ?? 30_000, options.signal)
  let file: FileHandle | undefined
  try {
    // Without an encoding of its own: fetch would unpack it, and the sum is of the packed file.
    const headers = { 'accept-encoding': 'identity', ...(start > 0 ? { range: `bytes=${start}-` } : {}) }
    const response = await fetch(address, { headers, signal: watch.signal })
    const opening = judge(response, start, bytes)
    if (typeof opening !== 'number') {
      if (response.status === 416) await storing(part, () => rm(part, { force: true }))
      await response.body?.cancel()
      return opening
    }
    // Not for appending: every piece is written at its own place.
    file = await storing(part, () => open(part, constants.O_WRONLY | constants.O_CREAT, 0o644))
    let position = opening
    for await (const piece of response.body ?? []) {
      watch.renew()
      if (position + piece.length > bytes) return { kind: 'refused', reason: `sent more than ${bytes} bytes` }
      await storing(part, () => writeAt(file!, piece, position))
      position += piece.length
      options.onBytes?.(position)
    }
    if (position < bytes) return { kind: 'cut', reason: `the connection ended after ${position} of ${bytes} bytes` }
    await storing(part, () => file!.sync())
    return { kind: 'done' }
  } catch (error) {
    if (error instanceof SnnxError) throw error
    options.signal?.throwIfAborted()
    return failure(error)
  } finally {
    watch.end()
    await file?.close()
  }
}

/** The position at which the response's first byte belongs, or why it is of no use. */
function judge(response: Response, start: number, bytes: number): number | End {
  const { status, headers } = response
  const answer = `answered ${status} ${response.statusText}`.trimEnd()
  if (status === 206) {
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? []
    if (Number(first) !== start) return { kind: 'refused', reason: `${answer} with another range than asked for` }
    return total === '*' || Number(total) === bytes ? start : wrongSize(total!, bytes)
  }
  if (status === 200) {
    const length = headers.get('content-length')
    return length === null || Number(length) === bytes ? 0 : wrongSize(length, bytes)
  }
  const passing = status >= 500 || status === 416 || status === 429 || status === 408
  return { kind: passing ? 'cut' : 'refused', reason: answer }
}

function wrongSize(found: string, bytes: number): End {
  return { kind: 'refused', reason: `offers a file of ${found} bytes, expected ${bytes}` }
}

/** Network errors: a connection that broke is tried again, one that never came about is not. */
function failure(error: unknown): End {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const broken = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'STALLED']
  return { kind: broken.includes(codeOf(cause) ?? '') ? 'cut' : 'refused', reason: reasonOf(cause) }
}

function watchFor(stall: number, outer: AbortSignal | undefined) {
  const controller = new AbortController()
  const seconds = `nothing was received for ${stall / 1000} s`
  const expire = () => controller.abort(Object.assign(new Error(seconds), { code: 'STALLED' }))
  let timer = setTimeout(expire, stall)
  return {
    signal: outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]),
    renew() {
      clearTimeout(timer)
      timer = setTimeout(expire, stall)
    },
    end: () => clearTimeout(timer),
  }
}

async function rest(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => {})
  signal?.throwIfAborted()
}

/** How much of the file is there; what is longer than it cannot be a part of it and is deleted. */
async function resumePoint(part: string, bytes: number): Promise<number> {
  const size = await stat(part).then(
    (facts) => facts.size,
    () => 0,
  )
  if (size <= bytes) return size
  await storing(part, () => rm(part))
  return 0
}

/** Renames a verified part; otherwise deletes it and gives the sum that was found. */
async function settle(part: string, target: string, expected: string): Promise<string | null> {
  try {
    const hash = createHash('sha256')
    await pipeline(createReadStream(part), hash)
    const found = hash.digest('hex')
    if (found === expected) await rename(part, target)
    else await rm(part, { force: true })
    return found === expected ? null : found
  } catch (error) {
    // Another process was quicker with the same file.
    if (codeOf(error) === 'ENOENT' && (await stat(target).catch(() => null)) !== null) return null
    throw unwritable(target, error)
  }
}

async function writeAt(file: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < piece.length; ) {
    const step = await file.write(piece, written, piece.length - written, position + written)
    written += step.bytesWritten
  }
}

async function storing<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '')
    throw full ? diskFull(path, error) : unwritable(path, error)
  }
}
