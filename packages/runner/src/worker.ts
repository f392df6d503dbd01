import { describeFailure } from './failure.ts'
import { performJob } from './perform.ts'
import { relayProgress } from './relay.ts'
import type { WorkerMessage, WorkerOrder } from './task.ts'
import { Turns } from './turns.ts'

// The process that does one job. It takes orders over the channel of its parent, and ends when the parent is gone:
// first with a checkpoint, and by force if that takes too long.

const GRACE_MS = 30_000
const stop = new AbortController()
const turns = new Turns(send)

process.on('message', (order: WorkerOrder) => {
  if (order.type === 'stop') stop.abort()
  else if (order.type === 'perform') void perform(order)
  else turns.take(order)
})
// A terminal sends these to every process of the group: the parent decides what they mean.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', () => stop.abort())
process.on('disconnect', () => {
  stop.abort()
  turns.goOn()
  setTimeout(() => process.exit(1), GRACE_MS).unref()
})

// The parent may have gone while this process was starting.
if (!process.connected) stop.abort()

async function perform({ assignment }: Extract<WorkerOrder, { type: 'perform' }>) {
  const tell = relayProgress(send)
  try {
    const { engine } = await import('./engine.ts')
    const ending = await performJob(assignment, engine, tell, stop.signal, turns)
    tell({ type: 'ending', ending })
  } catch (error) {
    tell({ type: 'ending', ending: { kind: 'failed', failure: describeFailure(error) } })
  }
  // The channel would keep the process alive; what is in it is flushed first.
  if (process.connected) process.disconnect()
}

function send(message: WorkerMessage) {
  if (process.connected) process.send!(message, undefined, undefined, () => {})
}
