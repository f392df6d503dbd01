export * from './dispatch.ts'
export type * from './kernels.ts'
export { surrogateGradient } from './twin/surrogate.ts'
export { twin } from './twin/twin.ts'
