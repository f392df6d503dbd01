import type { Report as ReportBlock } from '@snnx/ir'
import { resolveAddress } from '../check/address.ts'
import type { CheckedExperiment } from '../check/check.ts'
import type { Report } from '../check/report.ts'
import type { Span } from '../source.ts'
import * as wording from '../wording.ts'

/** Checks what a `report` block asks for against what the sweep gives. */
export function checkReport({ scope, plan }: CheckedExperiment, report: Report): void {
  const component = scope.own.find(({ kind }) => kind === 'report')
  if (component === undefined) return
  const seeds = plan.axes.flatMap(({ parameters }) => parameters).find(({ address }) => address.component === null)
  for (const { key, value, span } of component.entries) {
    const unknown = plan.uncertain || scope.uncertain
    if (key === 'rank' && (seeds?.points.length ?? 1) < 2 && !unknown) report(wording.singleSeed(span))
    if (key !== 'plot') continue
    const { x, y, group } = value as { x?: string; y?: string; group?: { address: string; span: Span } }
    if (x !== undefined && x === y) report(wording.oneAxis(span, x))
    if (group === undefined) continue
    const swept = plan.axes.some(
      ({ name, parameters }) =>
        name === group.address || parameters.some(({ address }) => address.text === group.address),
    )
    if (swept || unknown) continue
    const parts = group.address.split('.').map((text) => ({ text, span: group.span }))
    if (resolveAddress({ parts, text: group.address, span: group.span }, scope, report) !== null)
      report(wording.groupNotSwept(group.span, group.address))
  }
}

/** What the `report` block of an experiment asks for; `undefined` where it has none. */
export function lowerReport({ scope, plan }: CheckedExperiment): ReportBlock | undefined {
  const component = scope.own.find(({ kind }) => kind === 'report')
  if (component === undefined) return undefined
  const { plot, ...rest } = Object.fromEntries(component.entries.map(({ key, value }) => [key, value]))
  const { group, ...axes } = (plot ?? {}) as { group?: { address: string } }
  // A result has the values of a `zip` under its name.
  const zip = plan.axes.find(({ parameters }) => parameters.some(({ address }) => address.text === group?.address))
  return {
    ...rest,
    ...(plot !== undefined && { plot: { ...axes, ...(group !== undefined && { group: zip?.name ?? group.address }) } }),
  } as ReportBlock
}
