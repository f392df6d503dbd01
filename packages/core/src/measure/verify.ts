import type { Examples, Job } from '@snnx/ir'
import { decodeWeights } from '../checkpoint/weights.ts'
import { disposeModel, loadModel } from '../model.ts'
import { type Counts, countOperations } from './count.ts'

/**
 * Tests and counts a stored network again, from its weights file alone: what `snnx verify` compares with the record. A
 * layer that the file stores dense counts all its weights as kept. The backend must be open.
 *
 * @param source what the file is called in errors
 * @throws SnnxError SNX0801, SNX0802 when the file is not whole or not of this job's network
 */
export function measureWeights(job: Job, file: Uint8Array, examples: Examples, source: string): Counts {
  const plain = decodeWeights(job.network, file, source)
  const model = loadModel(job.network, plain)
  const counts = countOperations(job.network, model, plain.masks, examples)
  disposeModel(model)
  return counts
}
