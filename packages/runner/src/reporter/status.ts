import type { DownloadProgress } from '@snnx/data'
import { type Event, nameGoal, nodeOfPoint, type Progress } from '@snnx/ir'
import {
  formatAccuracy,
  formatBytes,
  formatDuration,
  formatNumber,
  formatShare,
  formatVariant,
  sanitize,
} from '../format.ts'
import type { Task, WorkerMessage } from '../task.ts'

/** What is known of a running job. */
export interface Status {
  task: Task
  note: string
  progress: Omit<Progress, 'type'> | null
  /** Where the pace is counted from: the first progress of this process. */
  begun: Moment | null
  /** The last progress. */
  seen: Moment | null
}

interface Moment {
  epoch: number
  at: number
}

export const createStatus = (task: Task): Status => ({
  task,
  note: 'starting',
  progress: null,
  begun: null,
  seen: null,
})

/** Takes a message of the job's worker into its status. */
export function updateStatus(status: Status, message: WorkerMessage, now: number): void {
  if (message.type === 'waiting') {
    status.note = `waiting for process ${message.pid} on ${sanitize(message.host)}, which does this job already`
  }
  if (message.type === 'started') status.note = message.resumed ? 'going on from its checkpoint' : 'starting'
  if (message.type === 'download') status.note = describeDownload(message.download)
  if (message.type === 'event' && message.event.type === 'imported') status.note = describeImport(message.event)
  if (message.type !== 'progress') return
  status.progress = message.progress
  status.seen = { epoch: message.progress.epoch, at: now }
  status.begun ??= status.seen
}

/** Seconds to go at the pace between the first and the last progress, or null while there is none. */
export function timeLeft({ progress, begun, seen }: Omit<Status, 'task' | 'note'>, now: number): number | null {
  if (!progress || !begun || !seen || seen.epoch <= begun.epoch) return null
  const pace = (seen.at - begun.at) / (seen.epoch - begun.epoch)
  return Math.max(0, pace * (progress.epochs - seen.epoch) - (now - seen.at)) / 1000
}

/** `minimax, seed 0, cell.tau = 2`. */
export function nameTask({ job, variant }: Task): string {
  const parts = [job.compress?.method ?? 'dense', `seed ${job.seed}`, formatVariant(variant)]
  return sanitize(parts.filter((part) => part !== '').join(', '))
}

/** How well it learns: `loss 0.0213  train 88.1 %  validation 87.9 %`. */
export function describeLearning(progress: Pick<Progress, 'loss' | 'trainAccuracy' | 'validationAccuracy'>): string {
  const { loss, trainAccuracy, validationAccuracy: validation } = progress
  const parts = [`loss ${formatNumber(loss)}`, `train ${formatAccuracy(trainAccuracy)} %`]
  if (validation !== null) parts.push(`validation ${formatAccuracy(validation)} %`)
  return parts.join('  ')
}

/** How far the compression is: `connectivity 12.3 %  s 551,234  y 0.0012  z 0.4`; methods without s, y, z show none. */
export function describeCompression(progress: Pick<Progress, 'connectivity' | 's' | 'y' | 'z'>): string {
  const { connectivity, s, y, z } = progress
  const variables = Object.entries({ s, y, z }).flatMap(([name, value]) =>
    value === null ? [] : `${name} ${formatNumber(value)}`,
  )
  return [`connectivity ${formatShare(connectivity)}`, ...variables].join('  ')
}

/** `compress at 5 %`. */
export function describePhase(task: Task, phase: Progress['phase'], node: number | null): string {
  const { compress } = task.job
  if (node === null || compress === null) return phase
  const at = nodeOfPoint(compress, node)
  return compress.connectivity[at] === undefined ? phase : `${phase} at ${nameGoal(compress, at)}`
}

export function describeDownload({ dataset, received, total }: DownloadProgress): string {
  return `fetching ${dataset}: ${formatShare(received / total)} of ${formatBytes(total)}`
}

/** How many tensors are told one by one; the event log has all. */
const TENSORS_SHOWN = 8

/** `starts from a.safetensors: fc1.weight -> linear1.weight, fc2.weight -> linear2.weight`. */
export function describeImport({ file, tensors, unused }: Extract<Event, { type: 'imported' }>): string {
  const pairs = tensors.slice(0, TENSORS_SHOWN).map(({ from, to }) => `${from} -> ${to}`)
  if (tensors.length > pairs.length) pairs.push(`and ${tensors.length - pairs.length} more`)
  const left = unused.length > 0 ? `; not used: ${unused.join(', ')}` : ''
  return sanitize(`starts from ${file}: ${pairs.join(', ')}${left}`)
}

export const describeTimeLeft = (seconds: number | null) => (seconds === null ? '' : `${formatDuration(seconds)} left`)
