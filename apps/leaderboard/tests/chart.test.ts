import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { gatherBoards } from '../src/board/board.ts'

import { AXES, type Axis, METRIC_AXES } from '../src/chart/axis.ts'
import { drawCurve, layEndToEnd, listCurves } from '../src/chart/curve.ts'
import { cutBelow } from '../src/chart/cut.ts'
import { groupPoints } from '../src/chart/group.ts'
import { placeLabels, widthOf } from '../src/chart/label.ts'
import { drawLayers } from '../src/chart/layer.ts'
import { drawPareto, findFloor } from '../src/chart/pareto.ts'
import { METHOD_STYLES } from '../src/chart/style.ts'
import { drawSwatch } from '../src/chart/swatch.ts'
import { drawThumbnail } from '../src/chart/thumbnail.ts'
import { logDomain, logTicks } from '../src/chart/ticks.ts'
import { inventCampaign, inventResult, TARGETS } from './fixture.ts'

const [board] = gatherBoards(inventCampaign())
const against = (x: Axis) => ({ x, y: METRIC_AXES.accuracy })
const size = { width: 600, height: 360 }
/** One element a line, so that a change of a golden file can be read. */
const lines = (svg: string) => `${svg.replaceAll('><', '>\n<')}\n`
const golden = (name: string) => `golden/${name}.svg`
const run = inventResult({ method: 'minimax', seed: 0 })

describe('golden charts', () => {
  test.each(AXES.map((axis) => [axis.id, axis] as const))('accuracy against %s', async (id, axis) => {
    const chart = drawPareto(board!, against(axis), size)!
    expect(chart.omitted).toBe(0)
    await expect(lines(chart.svg)).toMatchFileSnapshot(golden(`accuracy-${id}`))
  })

  test('curves', async () => {
    const [loss] = listCurves(run)
    await expect(lines(drawCurve(loss!, run))).toMatchFileSnapshot(golden('curve-loss'))
  })

  test('the epochs of a one-shot method, which starts anew at every node, are laid end to end', () => {
    const [epoch] = run.curves
    const at = (epochs: number[]) =>
      layEndToEnd(epochs.map((count) => ({ ...epoch!, epoch: count }))).map((of) => of.epoch)
    expect(at([1, 2, 1, 2, 3, 4])).toEqual([1, 2, 3, 4, 5, 6])
    expect(at([1, 2, 3, 4])).toEqual([1, 2, 3, 4])
    expect(at([0.5, 0.5, 1])).toEqual([0.5, 1, 1.5])
  })

  test('layers', async () => {
    await expect(lines(drawLayers(run, { width: 600 })!)).toMatchFileSnapshot(golden('layers'))
  })

  test('layers of nodes with bounds alone, named by them, or by numbers where these have no room', () => {
    const bounded = structuredClone(run)
    const limits = TARGETS.map((target) => target * 2)
    Object.assign(bounded.job.compress!, {
      connectivity: TARGETS.map(() => 1),
      bounds: [{ resource: 'synops', of: 'dense', limits }],
    })
    for (const node of bounded.nodes) node.target = 1
    const textsOf = (width: number) =>
      [...parseHTML(drawLayers(bounded, { width })!).document.querySelectorAll('text')].map(
        ({ textContent }) => textContent,
      )
    expect(textsOf(1000)).toEqual(
      expect.arrayContaining(['synops 50\u202f%', 'synops 4.7\u202f%', 'synops 1.46\u202f%']),
    )
    expect(textsOf(320)).toEqual(expect.arrayContaining(['1', '2', '3', '4', '5']))
    expect(textsOf(320).join()).not.toContain('synops')
    const curve = drawCurve(listCurves(bounded)[0]!, bounded)
    expect(curve).toMatch(/>1<.*>2<.*>3<.*>4<.*>5</)
  })

  test('thumbnail and swatch', async () => {
    await expect(lines(drawThumbnail(board!) + drawSwatch(METHOD_STYLES.magnitude_layer))).toMatchFileSnapshot(
      golden('small'),
    )
  })
})

test('a chart has no style of its own, a name, a description, and a title for each marker', () => {
  const { svg } = drawPareto(board!, against(AXES[0]!), size)!
  expect(svg).not.toMatch(/<style|style=|<script|#[0-9a-f]{6}/)
  expect(svg).toMatch(/role="img"/)
  expect(svg).toMatch(/aria-label="Test accuracy against connectivity on Fashion-MNIST"/)
  expect(svg.match(/<title>/g)!.length).toBe(board!.points.length + board!.setups.length)
})

describe('groups', () => {
  const swept = ['priced', 'magnitude'].map((score) =>
    inventResult({ method: 'minimax', seed: 0, mask: score === 'priced' ? 'soft' : 'hard', variant: { score, T: 8 } }),
  )
  const [some] = gatherBoards([...swept, inventResult({ method: 'dense', seed: 0 })])

  test('one colour and marker for each value of the swept address, the method where there is none', () => {
    const { groups, of } = groupPoints(some!, 'score')
    expect(groups.map(({ title }) => title)).toEqual(['Dense', 'score magnitude', 'score priced'])
    expect(new Set(groups.map(({ style }) => style)).size).toBe(3)
    for (const point of some!.points) {
      const title = point.method === 'dense' ? 'Dense' : `score ${point.variant.score}`
      expect(of(point).title).toBe(title)
    }
  })

  test('by method, other swept values are told apart by the pattern of the line', () => {
    const { groups, strands, strandOf } = groupPoints(some!)
    expect(groups.map(({ title }) => title)).toEqual(['Dense', 'Minimax'])
    expect(strands.map(({ title }) => title)).toEqual(['', 'score magnitude, T 8', 'score priced, T 8'])
    expect(new Set(some!.points.map((point) => strandOf(point).dash)).size).toBe(3)
  })

  test.each(['connectivity', 'latency', 'epochs'] as const)('%s can stand upright against any metric', (metric) => {
    for (const x of Object.values(METRIC_AXES)) {
      const { svg, omitted } = drawPareto(some!, { x, y: METRIC_AXES[metric] }, size)!
      expect(omitted).toBe(0)
      expect(svg).not.toMatch(/NaN|Infinity/)
    }
  })
})

test('names in a chart are text, not markup', () => {
  const evil = inventResult({ method: 'minimax', seed: 0, variant: { '<img src=x onerror=alert(1)>': '"><script>' } })
  const [hostile] = gatherBoards([evil])
  const { svg } = drawPareto(hostile!, against(AXES[0]!), size)!
  const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`)
  expect(document.querySelectorAll('img, script, [onerror]')).toHaveLength(0)
  expect(document.querySelector('circle title')!.textContent).toContain('<img src=x onerror=alert(1)> "><script>')
})

test('zero has no place on a log axis and is counted, not drawn', () => {
  const dead = inventResult({ method: 'minimax', seed: 0 })
  for (const layer of dead.nodes[4]!.layers) layer.synops = 0
  const [some] = gatherBoards([dead])
  expect(drawPareto(some!, against(AXES[2]!), size)!.omitted).toBe(1)
  for (const node of dead.nodes) for (const layer of node.layers) layer.synops = 0
  const [none] = gatherBoards([dead])
  expect(drawPareto(none!, against(AXES[2]!), size)).toBeNull()
})

test('the energy axis names the model of the records, and never draws two together', () => {
  const energy = AXES.find(({ id }) => id === 'energy')!
  expect(energy.describe(board!)).toContain('4.6 pJ per MAC, 0.9 pJ per AC (45 nm, FP32; Horowitz, ISSCC 2014)')
  const results = inventCampaign()
  const other = { name: 'a chip', source: 'its maker', picojoulePerMac: 1, picojoulePerAc: 0.5 }
  for (const result of results) if (result.job.compress?.method === 'gradual') result.energyModel = other
  const [mixed] = gatherBoards(results)
  const chart = drawPareto(mixed!, against(energy), size)!
  expect(chart.omitted).toBe(mixed!.points.filter(({ method }) => method === 'gradual').length)
  expect(chart.svg).not.toContain('Gradual magnitude')
  expect(energy.describe(mixed!)).toMatch(/not drawn: 1 pJ per MAC, 0.5 pJ per AC \(a chip; its maker\)\.$/)
  for (const result of results) result.energyModel = other
  const [all] = gatherBoards(results)
  expect(energy.describe(all!)).toBe(
    'An estimate from the SynOps of one inference: 1 pJ per MAC, 0.5 pJ per AC (a chip; its maker).',
  )
  expect(drawPareto(all!, against(energy), size)!.omitted).toBe(0)
})

test('near the dense networks, what lies below is counted and lines end at the edge', async () => {
  const floor = findFloor(board!)!
  expect(floor).toBe(86)
  const chart = drawPareto(board!, against(AXES[0]!), size, { floor })!
  expect(chart.below).toBe(board!.points.filter(({ accuracy }) => accuracy.mean < 86).length)
  await expect(lines(chart.svg)).toMatchFileSnapshot(golden('accuracy-near'))
  const [small] = gatherBoards([inventResult({ method: 'dense', seed: 0 })])
  expect(findFloor(small!)).toBeNull()
})

test('a line is cut halfway, by the logarithm, when it ends as far below as it began above', () => {
  const line = [
    { x: 1, y: 3 },
    { x: 100, y: 1 },
    { x: 10_000, y: 3 },
  ]
  expect(cutBelow(line, 2)).toEqual([
    { x: 1, y: 3 },
    { x: 10, y: 2 },
    { x: 100, y: Number.NaN },
    { x: 1000, y: 2 },
    { x: 10_000, y: 3 },
  ])
  expect(cutBelow(line, 0)).toEqual(line)
})

test('duals are drawn only where a method has them, connectivity only where it changes', () => {
  const titles = (method: 'dense' | 'minimax' | 'gradual') =>
    listCurves(inventResult({ method, seed: 0 })).map(({ title }) => title)
  expect(titles('minimax')).toEqual(['Loss', 'Accuracy, %', 'Connectivity', 's', 'y', 'z'])
  expect(titles('gradual')).toEqual(['Loss', 'Accuracy, %', 'Connectivity'])
  expect(titles('dense')).toEqual(['Loss', 'Accuracy, %'])
})

test('labels of a row never overlap, and only those without room are left out', () => {
  const label = fc.record({
    text: fc.string({ minLength: 1, maxLength: 12 }),
    middle: fc.integer({ min: 0, max: 400 }),
  })
  fc.assert(
    fc.property(fc.array(label, { maxLength: 12 }), (labels) => {
      const places = placeLabels(labels)
      for (const side of ['above', 'below'] as const) {
        const row = labels.filter((_, index) => places[index] === side).sort((one, other) => one.middle - other.middle)
        for (const [index, { text, middle }] of row.entries()) {
          const next = row[index + 1]
          if (next) expect(middle + widthOf(text) / 2).toBeLessThan(next.middle - widthOf(next.text) / 2)
        }
      }
      if (labels.length <= 2) expect(places).not.toContain(null)
    }),
  )
})

test('log ticks lie within the domain, are round, and few enough', () => {
  const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true })
  fc.assert(
    fc.property(fc.array(positive, { minLength: 1, maxLength: 5 }), fc.integer({ min: 4, max: 10 }), (values, most) => {
      const domain = logDomain(values)
      const ticks = logTicks(domain, most)
      expect(ticks.length).toBeLessThanOrEqual(most)
      expect(ticks.every((tick) => tick >= domain[0] && tick <= domain[1])).toBe(true)
      expect(values.every((value) => value > domain[0] && value < domain[1])).toBe(true)
    }),
  )
})
