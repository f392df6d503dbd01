import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { drawGrowth } from '../src/growth/chart.ts'
import { AXES, type Grown, POINTS } from '../src/growth/point.ts'
import { renderGrowth } from '../src/growth/table.ts'
import { jobOf } from '../src/workload.ts'
import { expectGolden } from './golden.ts'

const MACHINE = { cpu: 'Some Processor', cores: 2, memoryGiB: 8, os: 'Linux', instructions: 'AVX2', node: '22.1.0' }

/** As if a step cost its connections, steps, examples and rate. */
const GROWN: Grown[] = POINTS.map(({ axis, value, series, workload: { steps, batch, width, connectivity, rate } }) => ({
  axis,
  value,
  series,
  msPerStep: (steps * batch * width! ** 2 * (0.1 + connectivity) * (0.1 + rate)) / 1000,
  rate,
}))

describe('the points of growth', () => {
  it('vary one thing each from one base, and make jobs', () => {
    const base = POINTS.find(({ axis, value, series }) => axis === 'steps' && value === 8 && series === 'dense')!
    for (const { axis, value, series, workload } of POINTS) {
      const { task, connectivity, ...others } = workload
      const { task: _, connectivity: __, ...expected } = base.workload
      expect(others).toEqual(axis === 'connectivity' ? expected : { ...expected, [axis]: value })
      expect([task, connectivity === 1]).toEqual(
        {
          dense: ['train', true],
          compressing: ['compress', false],
          'fine-tuning': ['finetune', false],
        }[series],
      )
      expect(() => jobOf(workload)).not.toThrow()
    }
    for (const [axis, { values }] of Object.entries(AXES)) {
      const found = new Set(POINTS.filter((of) => of.axis === axis).map(({ value }) => value))
      expect([...found].sort((a, b) => b - a)).toEqual([...values].sort((a, b) => b - a))
    }
  })
})

describe('growth', () => {
  it('is a table', () => expectGolden('growth.md', renderGrowth(GROWN, MACHINE, '2026-10-01')))

  it('is a chart with a mark for every point, one panel an axis', () => {
    const svg = drawGrowth(GROWN)
    const { document } = parseHTML(`<html><body>${svg}</body></html>`)
    const marks = [...document.querySelectorAll('[aria-label="dot"] path, [aria-label="dot"] circle')]
    expect(marks.length).toBe(POINTS.length + 3)
    for (const { title } of Object.values(AXES)) expect(svg).toContain(title)
    expect(svg).not.toMatch(/NaN|undefined|var\(|<style/)
  })
})
