export * from './dispatch.ts'
export type * from './kernels.ts'
export { twin } from './twin/twin.ts'
