import { epochsOf } from '@snnx/ir'
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

const QUARTER = 0.25

/** Lines for a log file or a pipe: an epoch a line. */
export function createPlainReporter(write: (text: string) => void, now: () => number = Date.now): Reporter {
  const statuses = new Map<string, Status>()
  const fetched = new Map<string, number>()
  return {
    onPlan: (plan) => write(`${describePlan(plan)}\n`),
    onDownload(download) {
      // A log wants to know that something moves, not every per cent of it.
      const quarter = Math.floor(download.received / download.total / QUARTER)
      if (quarter <= (fetched.get(download.dataset) ?? -1)) return
      fetched.set(download.dataset, quarter)
      write(`${describeDownload(download)}\n`)
    },
    onMessage(task, message) {
      const status = statuses.get(task.hash) ?? createStatus(task)
      statuses.set(task.hash, status)
      updateStatus(status, message, now())
      const line = (text: string) => write(`${task.hash} ${text}\n`)
      if (message.type === 'download') this.onDownload(message.download)
      if (message.type === 'waiting') line(status.note)
      if (message.type === 'started') line(`${nameTask(task)}: ${status.note}`)
      if (message.type === 'event' && message.event.type === 'imported') line(status.note)
      if (message.type !== 'event' || message.event.type !== 'epoch') return
      const { event } = message
      const left = describeTimeLeft(timeLeft(status, now()))
      const position = `epoch ${formatNumber(event.done)} of ${formatNumber(status.progress?.epochs ?? epochsOf(task.job))}`
      const parts = [
        describePhase(task, event.phase, event.node),
        position,
        describeLearning(event),
        describeCompression(event),
        left,
      ]
      line(parts.filter((part) => part !== '').join('  '))
    },
    onJobEnd(task, ending) {
      const begun = statuses.delete(task.hash)
      // Of what never began there is nothing to say: the summary counts it.
      if (begun || ending.kind !== 'interrupted') write(`${describeEnding(task, ending)}\n`)
    },
    onInterrupt: () => write('stopping: the jobs save their checkpoints\n'),
    onRunEnd: (summary) => write(`${describeSummary(summary)}\n`),
  }
}
