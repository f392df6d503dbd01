import type { Ended } from '../command.ts'

/** What there is before the mistake: only the spec, a run stopped in its second job, or a finished run. */
export type State = 'fresh' | 'interrupted' | 'finished'

/** One hand-made bad input: what is wrong, what is run, and the coded error and exit code that must come of it. */
export interface BadInput {
  name: string
  state: State
  /** Makes the mistake in a copy of the state. */
  spoil: (project: Project) => unknown
  command: string[]
  code: string
  exit: number
  environment?: (project: Project) => Record<string, string>
  /** What else must hold. */
  afterwards?: (ended: Ended, project: Project) => void
}

/** Where things are in a project, with the jobs of the experiment `tiny`. */
export interface Project {
  folder: string
  /** The experiment's folder. */
  tiny: string
  spec: string
  /** Hash by method. */
  jobs: { dense: string; minimax: string; magnitude: string }
  record(method: keyof Project['jobs']): string
  weights(method: keyof Project['jobs'], name: string): string
  run(method: keyof Project['jobs']): string
}
