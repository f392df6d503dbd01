import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, statSync, writeFileSync } from 'node:fs'
import { type Event, SnnxError } from '@snnx/ir'
import { storageError } from './storage.ts'

/** The append-only log of a job: one JSON object a line, with `at` in milliseconds since 1970. */
export interface EventLog {
  append(event: Event): void
  /** Makes everything appended so far durable and returns the length in bytes. */
  sync(): number
  close(): void
  /** When the first event was logged, in whatever process, in milliseconds since 1970; null while there is none. */
  begun(): number | null
}

/**
 * Opens a log in a folder that is there, and cuts it off after `keep` bytes, the part that a checkpoint covers.
 * @throws SnnxError SNX0813 if the log is shorter than that; SNX1011-1016
 */
export function openEventLog(path: string, keep: number): EventLog {
  const run = <T>(action: string, work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw storageError(error, action, path)
    }
  }
  const there = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (there < keep) {
    throw new SnnxError('SNX0813', `${path} has ${there} bytes, but the checkpoint beside it was made at ${keep}`, {
      help: 'the log was cut or replaced; remove the folder to start this job anew',
    })
  }
  const file = run('open', () => openSync(path, 'a+'))
  run('cut', () => ftruncateSync(file, keep))
  let length = keep
  return {
    append(event) {
      const line = `${JSON.stringify({ at: Date.now(), ...event })}\n`
      try {
        writeFileSync(file, line)
        length += Buffer.byteLength(line)
      } catch (error) {
        // Half a line would make the log unreadable.
        ftruncateSync(file, length)
        throw storageError(error, 'write', path)
      }
    },
    sync() {
      run('write', () => fsyncSync(file))
      return length
    },
    close: () => closeSync(file),
    begun() {
      const head = Buffer.alloc(64)
      const read = readSync(file, head, 0, head.length, 0)
      const at = /^\{"at":(\d+),/.exec(head.toString('latin1', 0, read))?.[1]
      return at === undefined ? null : Number(at)
    },
  }
}
