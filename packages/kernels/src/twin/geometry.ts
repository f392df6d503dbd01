import type { Geometry } from '../kernels.ts'

/** Rows and columns of an output image. @throws RangeError when the geometry is empty or the kernel does not fit */
export function outputExtent(geometry: Geometry): { outHeight: number; outWidth: number } {
  const { channelsIn, height, width, channelsOut, kernel, stride, padding } = geometry
  if (Math.min(channelsIn, channelsOut, kernel, stride) < 1)
    throw new RangeError(`empty geometry ${JSON.stringify(geometry)}`)
  const extent = (of: number) => Math.floor((of + 2 * padding - kernel) / stride) + 1
  const [outHeight, outWidth] = [extent(height), extent(width)]
  if (Math.min(outHeight, outWidth) < 1)
    throw new RangeError(`the kernel does not fit into the image: ${JSON.stringify(geometry)}`)
  return { outHeight, outWidth }
}
