import type { DownloadProgress } from '@snnx/data'
import type { Plan } from '../plan.ts'
import type { Ending, Task, WorkerMessage } from '../task.ts'

/** How the jobs of a run stand at its end, in numbers. */
export interface Summary {
  finished: number
  /** Done before this run. */
  already: number
  failed: number
  interrupted: number
  seconds: number
}

/** Who shows a run. Hooks are called in the order of its life; none may throw. */
export interface Reporter {
  onPlan(plan: Plan): void
  /** Before the plan stands, while data come from the network. */
  onDownload(download: DownloadProgress): void
  onMessage(task: Task, message: WorkerMessage): void
  onJobEnd(task: Task, ending: Ending): void
  /** The first Ctrl-C: jobs are saving their checkpoints. */
  onInterrupt(): void
  onRunEnd(summary: Summary): void
}
