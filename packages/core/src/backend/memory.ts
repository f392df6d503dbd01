import type { DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/** A tensor just allocated, to be filled through `view`. */
export interface Allocation {
  info: TensorInfo
  view: Float32Array
}

/**
 * Where a backend keeps its numbers, for kernels written as loops over typed arrays: the two backends whose memory
 * JavaScript can see. Views of wasm memory are cut off when it grows, so allocate every output before taking any view.
 */
export interface HostMemory {
  allocate(shapes: readonly (readonly number[])[]): Allocation[]
  view(tensor: TensorInfo): Float32Array
}

interface WasmBackend extends KernelBackend {
  makeOutput(shape: number[], dtype: DataType): TensorInfo
  typedArrayFromHeap(tensor: TensorInfo): Float32Array
}

interface CpuBackend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: DataType, values: Float32Array): TensorInfo
  data: { get(dataId: object): { values: Float32Array } }
}

/** tfjs-backend-wasm: outputs are made in its heap and written in place, nothing is copied. */
export function wasmMemory(backend: unknown): HostMemory {
  const wasm = backend as WasmBackend
  return {
    allocate(shapes) {
      const infos = shapes.map((shape) => wasm.makeOutput([...shape], 'float32'))
      return infos.map((info) => ({ info, view: wasm.typedArrayFromHeap(info) }))
    },
    view: (tensor) => wasm.typedArrayFromHeap(tensor),
  }
}

/** tfjs-backend-cpu: plain typed arrays. */
export function cpuMemory(backend: unknown): HostMemory {
  const cpu = backend as CpuBackend
  return {
    allocate: (shapes) =>
      shapes.map((shape) => {
        const view = new Float32Array(shape.reduce((product, size) => product * size, 1))
        return { info: cpu.makeTensorInfo([...shape], 'float32', view), view }
      }),
    view: (tensor) => cpu.data.get(tensor.dataId).values,
  }
}
