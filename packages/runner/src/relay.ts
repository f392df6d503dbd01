import type { WorkerMessage } from './task.ts'

const INTERVAL_MS = 100

/** Passes messages on, but progress and downloads at most ten times a second: only a display reads them. */
export function relayProgress(
  send: (message: WorkerMessage) => void,
  now: () => number = performance.now.bind(performance),
) {
  let last = -Infinity
  return (message: WorkerMessage) => {
    if (message.type === 'progress' || message.type === 'download') {
      const time = now()
      if (time - last < INTERVAL_MS) return
      last = time
    }
    send(message)
  }
}
