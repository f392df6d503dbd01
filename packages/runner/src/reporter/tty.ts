import { createLogUpdate } from 'log-update'
import { paint } from '../color.ts'
import { formatNumber } from '../format.ts'
import { describePlan } from '../plan-table.ts'
import { describeEnding, describeSummary } from './closing.ts'
import type { Reporter } from './reporter.ts'
import {
  createStatus,
  describeCompression,
  describeDownload,
  describeLearning,
  describePhase,
  describeTimeLeft,
  nameTask,
  type Status,
  timeLeft,
  updateStatus,
} from './status.ts'

const BAR = 24
const REDRAW_MS = 100

/** A live display: three lines for each running job, finished ones above. */
export function createTtyReporter(stream: NodeJS.WriteStream, now: () => number = Date.now): Reporter {
  const display = createLogUpdate(stream)
  const statuses = new Map<string, Status>()
  let drawn = -Infinity
  let stopping = false

  const draw = (force = false) => {
    if (!force && now() - drawn < REDRAW_MS) return
    drawn = now()
    const lines = [...statuses.values()].flatMap((status) => drawStatus(status, now()))
    if (stopping) lines.push('stopping: the jobs save their checkpoints; Ctrl-C again ends them at once')
    display(lines.map((line) => line.slice(0, (stream.columns || 80) - 1)).join('\n'))
  }
  return {
    onPlan(plan) {
      display.clear()
      stream.write(`${describePlan(plan)}\n`)
    },
    onDownload: (download) => display(describeDownload(download)),
    onMessage(task, message) {
      const status = statuses.get(task.hash) ?? createStatus(task)
      statuses.set(task.hash, status)
      updateStatus(status, message, now())
      draw()
    },
    onJobEnd(task, ending) {
      const begun = statuses.delete(task.hash)
      // Of what never began there is nothing to say: the summary counts it.
      if (!begun && ending.kind === 'interrupted') return
      const style = ending.kind === 'failed' ? 'red' : ending.kind === 'interrupted' ? 'yellow' : 'green'
      display.persist(paint(style, describeEnding(task, ending), stream))
      draw(true)
    },
    onInterrupt() {
      stopping = true
      draw(true)
    },
    onRunEnd(summary) {
      stopping = false
      display(describeSummary(summary))
      display.done()
    },
  }
}

function drawStatus(status: Status, now: number): string[] {
  const { task, progress } = status
  const name = `${task.hash.slice(0, 8)} ${nameTask(task)}`
  if (progress === null) return [name, `  ${status.note}`]
  const done = Math.round(BAR * Math.min(1, progress.epoch / Math.max(progress.epochs, Number.EPSILON)))
  const bar = '━'.repeat(done) + '─'.repeat(BAR - done)
  const epochs = `epoch ${progress.epoch.toFixed(1)} of ${formatNumber(progress.epochs)}`
  return [
    [name, bar, epochs, describeTimeLeft(timeLeft(status, now))].filter((part) => part !== '').join('  '),
    `  ${describePhase(task, progress.phase, progress.node)}  ${describeLearning(progress)}`,
    `  ${describeCompression(progress)}`,
  ]
}
