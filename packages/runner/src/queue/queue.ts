import type { Assignment, Ending, WorkerMessage } from '../task.ts'

/** Where jobs are done: this machine's processes now, a broker's workers later. It knows not which jobs wait for each other. */
export interface Queue {
  /**
   * Does a job when there is room for it; resolves with how it ended and never rejects.
   * @param place among all jobs: of those that wait, the first one starts next
   */
  submit(assignment: Assignment, listen: (message: WorkerMessage) => void, place: number): Promise<Ending>
  /** Asks the running jobs to save a checkpoint and end; those that wait end as interrupted. */
  stop(): void
  /** Ends the running jobs at once; they go on from their last checkpoint. */
  kill(): void
}
