/** What is measured of a case. */
export const METRICS = {
  training: { metric: 'training samples/s', unit: 'samples/s' },
  batched: { metric: 'inference samples/s, batched', unit: 'samples/s' },
  single: { metric: 'inference samples/s, batch 1', unit: 'samples/s' },
  memory: { metric: 'peak memory', unit: 'MiB' },
  work: { metric: "compression's own work, ms a step", unit: 'ms' },
  share: { metric: "compression's own work, share of a step", unit: '%' },
  sorting: { metric: "paper's sorting, ms a step", unit: 'ms' },
} as const satisfies Record<string, { metric: string; unit: string }>

/** One figure; `ratio` is ours / peer, `null` where one of them is missing. */
export interface Figure {
  case: string
  metric: string
  unit: string
  ours: number | null
  peer: number | null
  ratio: number | null
}

export function figure(of: string, metric: keyof typeof METRICS, ours: number | null, peer: number | null): Figure {
  const ratio = ours === null || peer === null ? null : ours / peer
  return { case: of, ...METRICS[metric], ours, peer, ratio }
}
