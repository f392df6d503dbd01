import { nameGoal, nodeOfPoint, type Result } from '@snnx/ir'
import { bindUnits } from '../format/number.ts'

type Named = Pick<Result, 'job' | 'nodes'>

/** What a node of a run has to meet, in words: `25 %` of the connections, `synops 25 %, latency 2 ms`. */
export function nameNode({ job: { compress } }: Pick<Result, 'job'>, node: number): string {
  return compress === null ? 'dense' : bindUnits(nameGoal(compress, node))
}

/** The nodes that a record reports, by name. */
export function namePoints({ job, nodes }: Named): string[] {
  return nodes.map((_, point) => nameNode({ job }, job.compress === null ? 0 : nodeOfPoint(job.compress, point)))
}

/** Whether nodes are told apart by connectivity alone, whose names are short. */
export function haveShortNames({ job: { compress } }: Pick<Result, 'job'>): boolean {
  return compress?.bounds === undefined
}
