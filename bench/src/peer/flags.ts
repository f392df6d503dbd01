import type { Workload } from '../workload.ts'

/** The peer's two ways: step by step and compiled, or all steps at once. */
export const VARIANTS = ['eager', 'compiled'] as const
export type Variant = (typeof VARIANTS)[number]

/**
 * The flags of the peer's script for a workload. Its weights are masked in training only, and inference knows no mask: it is
 * that of the dense network.
 */
export function flagsOf(workload: Workload, variant: Variant, threads: number): string[] {
  const { network, width, batch, steps, task, connectivity } = workload
  const flags = [
    '--net',
    network.replace('_', '-'),
    '--batch',
    batch,
    '--steps',
    steps,
    '--threads',
    threads,
    '--hoist',
  ]
  if (width !== null) flags.push('--width', width)
  if (variant === 'compiled') flags.push('--compile')
  if (task !== 'infer' && connectivity < 1) flags.push('--connectivity', connectivity)
  return flags.map(String)
}
