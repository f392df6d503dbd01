import type { Result } from '@snnx/ir'
import { type Board, gatherBoards } from './board.ts'

/** The records of one experiment's folder. */
export interface ExperimentRecords {
  folder: string
  /** One for each data set, the one with most points first. */
  boards: Board[]
}

/**
 * The records by the folders they lie in, which are in order of their names.
 *
 * @param entries each with the id `<experiment folder>/<job hash>`
 */
export function gatherExperiments(entries: readonly { id: string; data: Result }[]): ExperimentRecords[] {
  const folders = Map.groupBy(entries, ({ id }) => id.split('/')[0]!)
  return [...folders]
    .map(([folder, some]) => ({ folder, boards: gatherBoards(some.map(({ data }) => data)) }))
    .sort((one, other) => one.folder.localeCompare(other.folder))
}
