import { renderFailure } from '../failure.ts'
import { formatDuration } from '../format.ts'
import type { Ending, Task } from '../task.ts'
import type { Summary } from './reporter.ts'
import { nameTask } from './status.ts'

/** One line on how a job ended. */
export function describeEnding(task: Task, ending: Ending): string {
  const name = `${task.hash} ${nameTask(task)}`
  if (ending.kind === 'finished') return `done    ${name}`
  if (ending.kind === 'already') return `done    ${name} (by another process)`
  if (ending.kind === 'interrupted') return `stopped ${name}`
  const failure = renderFailure(ending.failure, { isTTY: false }).trimEnd()
  return `failed  ${name}\n${failure.replace(/^/gm, '  ')}`
}

/** One line on how the run ended. */
export function describeSummary({ finished, already, failed, interrupted, seconds }: Summary): string {
  const parts = [
    `${finished} ${finished === 1 ? 'job' : 'jobs'} done in ${formatDuration(seconds)}`,
    already > 0 ? `${already} done before` : '',
    failed > 0 ? `${failed} failed` : '',
    interrupted > 0 ? `${interrupted} to go on with` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}
