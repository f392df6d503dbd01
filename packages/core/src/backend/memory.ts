import type { Kernels } from '@snnx/kernels'
import { type DataType, engine, type KernelBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'

/** Spikes as the native backend keeps them: bits packed along rows, each standing for `scale` or 0. */
export interface Spikes {
  bits: Uint32Array
  /** Elements of a row; every row begins with a word of its own. */
  row: number
  scale: number
  /** How many are set. */
  count: number
}

/** Spikes to be written: fill `bits`, then call `done` with their number. */
export interface SpikeAllocation {
  info: TensorInfo
  bits: Uint32Array
  done(count: number): void
}

/**
 * Where a backend keeps its numbers, for kernels over typed arrays. Views of wasm memory are cut off when it grows, so a
 * kernel allocates every output before it takes any view.
 */
export interface Memory {
  readonly kernels: Kernels
  /** A new tensor of floats with arbitrary content. */
  allocate(shape: readonly number[]): TensorInfo
  /** The numbers of a tensor; those of an allocation may be written. */
  floats(tensor: TensorInfo): Float32Array
  /** A new tensor of zeros and ones. */
  allocateSpikes(shape: readonly number[], row: number): SpikeAllocation
  /** The spikes a tensor is kept as; `null` where it is kept as floats. */
  spikes(tensor: TensorInfo): Spikes | null
  /** A tensor to be overwritten, of the same shape: the same memory where nobody else holds it. `copy`: with its content. */
  takeOver(tensor: TensorInfo, copy: boolean): TensorInfo
}

const memories = new WeakMap<KernelBackend, Memory>()

/** Makes `memory` the one of a backend. */
export function attachMemory(backend: KernelBackend, memory: Memory): void {
  memories.set(backend, memory)
}

/** The memory of a backend, by default the one in use. */
export function memoryOf(backend: unknown = engine().backend): Memory {
  return memories.get(backend as KernelBackend)!
}

/** A new tensor whose numbers `write` puts in place, so that they are never there twice. */
export function makeTensor(shape: readonly number[], write: (values: Float32Array) => void): Tensor {
  const memory = memoryOf()
  const info = memory.allocate(shape)
  write(memory.floats(info))
  return engine().makeTensorFromTensorInfo(info)
}

/** The bits of zeros and ones, as rows of `row` elements: kept ones, repacked where the rows differ, or packed anew. */
export function bitsOf(memory: Memory, tensor: TensorInfo, row: number): Uint32Array {
  const { kernels } = memory
  const kept = memory.spikes(tensor)
  if (kept?.row === row) return kept.bits
  const size = tensor.shape.reduce((product, of) => product * of, 1)
  const bits = new Uint32Array((size / row) * Math.ceil(row / 32))
  if (kept) kernels.repackSpikes(kept.bits, kept.row, row, bits)
  else kernels.packSpikes(memory.floats(tensor), row, bits)
  return bits
}

/** Memory that keeps floats only: spikes are expanded as soon as they are written. */
function floatMemory(kernels: Kernels, allocate: Memory['allocate'], floats: Memory['floats']): Memory {
  return {
    kernels,
    allocate,
    floats,
    allocateSpikes(shape, row) {
      const info = allocate(shape)
      const size = shape.reduce((product, of) => product * of, 1)
      const bits = new Uint32Array((size / row) * Math.ceil(row / 32))
      return { info, bits, done: () => kernels.expandSpikes(bits, row, 1, floats(info)) }
    },
    spikes: () => null,
    takeOver(tensor, copy) {
      const info = allocate(tensor.shape)
      if (copy) floats(info).set(floats(tensor))
      return info
    },
  }
}

interface WasmBackend extends KernelBackend {
  makeOutput(shape: number[], dtype: DataType): TensorInfo
  typedArrayFromHeap(tensor: TensorInfo): Float32Array
}

/** tfjs-backend-wasm: outputs are made in its heap and written in place, nothing is copied. */
export function wasmMemory(backend: KernelBackend, kernels: Kernels): Memory {
  const wasm = backend as WasmBackend
  return floatMemory(
    kernels,
    (shape) => wasm.makeOutput([...shape], 'float32'),
    (tensor) => wasm.typedArrayFromHeap(tensor),
  )
}

interface CpuBackend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: DataType, values: Float32Array): TensorInfo
  data: { get(dataId: object): { values: Float32Array } }
}

/** tfjs-backend-cpu: plain typed arrays. */
export function cpuMemory(backend: KernelBackend, kernels: Kernels): Memory {
  const cpu = backend as CpuBackend
  return floatMemory(
    kernels,
    (shape) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
      return cpu.makeTensorInfo([...shape], 'float32', values)
    },
    (tensor) => cpu.data.get(tensor.dataId).values,
  )
}

interface NodeBackend extends CpuBackend {
  tensorMap: { get(dataId: object): { values: Float32Array | null; id: number } }
}

/** tfjs-node: an array is uploaded when an op first needs it, so until then it may be written; afterwards it is read back. */
export function tensorflowMemory(backend: KernelBackend, kernels: Kernels): Memory {
  const node = backend as NodeBackend
  return floatMemory(
    kernels,
    (shape) => {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
      return { dataId: node.write(values, [...shape], 'float32'), shape: [...shape], dtype: 'float32' }
    },
    (tensor) => {
      const { values, id } = node.tensorMap.get(tensor.dataId)
      return id < 0 && values ? values : (node.readSync(tensor.dataId) as Float32Array)
    },
  )
}
