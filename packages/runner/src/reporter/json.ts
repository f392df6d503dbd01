import type { Reporter } from './reporter.ts'

/** One JSON object a line, for programs: `{ type, job, ... }`. */
export function createJsonReporter(write: (text: string) => void): Reporter {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`)
  return {
    onPlan: ({ experiment, tasks }) =>
      line({
        type: 'plan',
        experiment,
        jobs: tasks.map(({ hash, denseHash, status, epochs, job, variant }) => ({
          job: hash,
          dense: denseHash,
          method: job.compress?.method ?? 'dense',
          seed: job.seed,
          variant,
          status,
          epochs,
        })),
      }),
    onDownload: (download) => line({ type: 'download', ...download }),
    onMessage(task, message) {
      if (message.type === 'started')
        line({ type: 'started', job: task.hash, resumed: message.resumed, backend: message.backend })
      if (message.type === 'waiting') line({ type: 'waiting', job: task.hash, pid: message.pid, host: message.host })
      if (message.type === 'download') line({ type: 'download', job: task.hash, ...message.download })
      if (message.type === 'event') line({ type: 'event', job: task.hash, event: message.event })
      if (message.type === 'progress') {
        const { type, ...figures } = message.progress
        line({ type, job: task.hash, ...figures })
      }
    },
    onJobEnd(task, ending) {
      const failure =
        ending.kind === 'failed'
          ? { code: ending.failure.code, message: ending.failure.message, help: ending.failure.help }
          : {}
      line({ type: 'ended', job: task.hash, ending: ending.kind, ...failure })
    },
    onInterrupt: () => line({ type: 'stopping' }),
    onRunEnd: (summary) => line({ type: 'end', ...summary }),
  }
}
