import { type Network, shapeOfBatch } from '@snnx/ir'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import { memoryOf } from '../backend/memory.ts'
import { NativeBackend } from '../backend/native.ts'
import type { NetworkWeights } from '../checkpoint/weights.ts'
import { disposeModel, loadModel } from '../model.ts'
import { simulate } from '../simulate.ts'
import { Inference } from './inference.ts'

/** A network that answers: what a latency is measured of. */
export interface Runner {
  /** @param x as `shapeOfBatch` says; returns the read-out `[batch, classes]` */
  run(x: Float32Array, batch: number): Float32Array
  dispose(): void
}

/** The fastest way the backend in use has to run a trained network: its inference engine, or the simulation. */
export function createRunner(network: Network, weights: NetworkWeights): Runner {
  const memory = memoryOf()
  if (memory instanceof NativeBackend) return new Inference(network, weights, memory.kernels, memory.costs)
  const model = loadModel(network, weights)
  return {
    run: (x, batch) =>
      tidy(() => simulate(network, model, tensor(x, shapeOfBatch(network, batch))).dataSync() as Float32Array),
    dispose: () => disposeModel(model),
  }
}
