import { type Connections, type Costs, DEFAULT_COSTS, type Kernels } from '@snnx/kernels'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import {
  type backend_util,
  copyRegisteredKernels,
  type DataType,
  registerBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { attachMemory, type Memory, type SpikeAllocation, type Spikes } from './memory.ts'
import { BufferPool, POOLED } from './pool.ts'

/** What stands behind a tensor. `values` is a plain array, or made from one of the other forms whenever it is asked for. */
interface Stored {
  readonly values: Float32Array
  dtype: DataType
  refCount: number
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo }
  /** A buffer of the pool: free to be overwritten by its only holder, and given back when nobody is left. */
  pooled?: Float32Array
  spikes?: Spikes
  compact?: Compact
  pending?: Pending
  /** The lists of a mask. */
  connections?: Connections
}

/** A gradient at the surviving connections alone: all else is 0. */
export interface Compact {
  connections: Connections
  values: Float32Array
}

/** A gradient not yet computed, of which nobody needs more than some rows at once. What it is made of must not be freed before. */
export interface Pending {
  /** Rows along the first axis that are computed together. */
  rows: number
  /** Computes `count` rows from the `first` on. */
  compute(first: number, count: number, out: Float32Array): void
}

/**
 * The backend `native`: tfjs's own cpu backend for whatever is small, with Rust kernels registered for whatever is not.
 * Beside float arrays, a tensor may be kept as spikes (bits) or as a compact gradient; any other kernel that reads it sees
 * floats. Large buffers are pooled, since fresh memory costs as much as filling it.
 */
export class NativeBackend extends MathBackendCPU implements Memory {
  readonly kernels: Kernels
  /** What the dispatcher goes by. */
  readonly costs: Costs
  readonly pool = new BufferPool()

  constructor(kernels: Kernels, costs: Costs) {
    super()
    this.kernels = kernels
    this.costs = costs
  }

  allocate(shape: readonly number[]): TensorInfo {
    const pooled = this.pool.take(sizeOf(shape))
    return this.#store(shape, { values: pooled, dtype: 'float32', refCount: 1, pooled })
  }

  floats(tensor: TensorInfo): Float32Array {
    return this.#stored(tensor).values
  }

  allocateSpikes(shape: readonly number[], row: number): SpikeAllocation {
    const pooled = this.pool.take((sizeOf(shape) / row) * Math.ceil(row / 32))
    const bits = new Uint32Array(pooled.buffer, pooled.byteOffset, pooled.length)
    const spikes: Spikes = { bits, row, scale: 1, count: 0 }
    return {
      info: this.storeSpikes(shape, spikes, pooled),
      bits,
      done: (count) => {
        spikes.count = count
      },
    }
  }

  spikes(tensor: TensorInfo): Spikes | null {
    return this.#stored(tensor).spikes ?? null
  }

  takeOver(tensor: TensorInfo, copy: boolean): TensorInfo {
    const stored = this.#stored(tensor)
    if (stored.pooled && !stored.spikes && stored.refCount === 1) {
      stored.refCount++
      return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype }
    }
    const info = this.allocate(tensor.shape)
    if (copy) this.floats(info).set(stored.values)
    return info
  }

  /** A tensor kept as spikes; `pooled` is the buffer of the pool that its bits lie in, if they do. */
  storeSpikes(shape: readonly number[], spikes: Spikes, pooled?: Float32Array): TensorInfo {
    const { kernels } = this
    return this.#store(shape, {
      get values() {
        const values = new Float32Array(sizeOf(shape))
        kernels.expandSpikes(spikes.bits, spikes.row, spikes.scale, values)
        return values
      },
      dtype: 'float32',
      refCount: 1,
      spikes,
      ...(pooled ? { pooled } : {}),
    })
  }

  /** A gradient kept compact. */
  storeCompact(shape: readonly number[], compact: Compact): TensorInfo {
    return this.#store(shape, {
      get values() {
        const values = new Float32Array(sizeOf(shape))
        compact.connections.scatter(compact.values, values)
        return values
      },
      dtype: 'float32',
      refCount: 1,
      compact,
    })
  }

  /** A gradient that is computed piece by piece, by whom it is asked for. */
  storePending(shape: readonly number[], pending: Pending): TensorInfo {
    return this.#store(shape, {
      get values() {
        const values = new Float32Array(sizeOf(shape))
        pending.compute(0, shape[0]!, values)
        return values
      },
      dtype: 'float32',
      refCount: 1,
      pending,
    })
  }

  /** Zeros that take no memory. */
  storeNothing(shape: readonly number[]): TensorInfo {
    return this.#store(shape, {
      get values() {
        return new Float32Array(sizeOf(shape))
      },
      dtype: 'float32',
      refCount: 1,
    })
  }

  compact(tensor: TensorInfo): Compact | null {
    return this.#stored(tensor).compact ?? null
  }

  pending(tensor: TensorInfo): Pending | null {
    return this.#stored(tensor).pending ?? null
  }

  /** The lists of a mask, made at the first call and freed with the mask. */
  attach(mask: TensorInfo, connect: () => Connections): Connections {
    const stored = this.#stored(mask)
    stored.connections ??= connect()
    return stored.connections
  }

  /** Large arrays are copied into the pool, so that nothing outside holds them and they can be overwritten in place. */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    if (!(values instanceof Float32Array) || values.length < POOLED || dtype !== 'float32') {
      return super.write(values, shape, dtype)
    }
    const info = this.allocate(shape)
    this.floats(info).set(values)
    return info.dataId
  }

  override disposeData(dataId: object, force = false): boolean {
    const stored = this.data.has(dataId) ? this.#stored({ dataId } as TensorInfo) : null
    const gone = super.disposeData(dataId, force)
    if (gone && stored?.pooled) this.pool.give(stored.pooled)
    if (gone) stored?.connections?.dispose()
    return gone
  }

  #store(shape: readonly number[], stored: Stored): TensorInfo {
    const dataId = {}
    this.data.set(dataId, stored)
    return { dataId, shape: [...shape], dtype: stored.dtype }
  }

  #stored(tensor: TensorInfo): Stored {
    return this.data.get(tensor.dataId) as Stored
  }
}

/** Makes `native` a backend of tfjs: every kernel of `cpu`, on the native backend's memory. */
export function registerNative(kernels: Kernels, costs: Costs = DEFAULT_COSTS): void {
  registerBackend('native', () => {
    const backend = new NativeBackend(kernels, costs)
    attachMemory(backend, backend)
    return backend
  })
  copyRegisteredKernels('cpu', 'native')
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
