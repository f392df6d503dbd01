import type { Plan, PlannedTask } from './plan.ts'
import type { Queue } from './queue/queue.ts'
import type { Reporter, Summary } from './reporter/reporter.ts'
import type { Ending } from './task.ts'

/** Runs what a plan leaves to do in its order, each dense job before those that start from it; resolves when all have ended. */
export async function runPlan(plan: Plan, queue: Queue, reporter: Reporter): Promise<Map<string, Ending>> {
  const endings = new Map<string, Promise<Ending>>()
  const start = async (task: PlannedTask, place: number): Promise<Ending> => {
    if (task.status === 'done') return { kind: 'already' }
    const dense = task.hash === task.denseHash ? undefined : await endings.get(task.denseHash)
    const { status: _, epochs: __, memory: ___, ...bare } = task
    const ending =
      dense?.kind === 'failed'
        ? blocked(task)
        : dense?.kind === 'interrupted'
          ? dense
          : await queue.submit(
              { task: bare, folders: plan.folders },
              (message) => reporter.onMessage(task, message),
              place,
            )
    reporter.onJobEnd(task, ending)
    return ending
  }
  for (const [place, task] of plan.tasks.entries()) endings.set(task.hash, start(task, place))
  const entries = plan.tasks.map(async ({ hash }) => [hash, await endings.get(hash)!] as const)
  return new Map(await Promise.all(entries))
}

/** The endings in numbers. */
export function summarize(endings: ReadonlyMap<string, Ending>, seconds: number): Summary {
  const count = (kind: Ending['kind']) => [...endings.values()].filter((ending) => ending.kind === kind).length
  return {
    finished: count('finished'),
    already: count('already'),
    failed: count('failed'),
    interrupted: count('interrupted'),
    seconds,
  }
}

function blocked(task: PlannedTask): Ending {
  const message = `job ${task.hash} cannot start: the dense job ${task.denseHash} failed`
  return { kind: 'failed', failure: { code: 'SNX1023', message, help: undefined, stack: undefined } }
}
