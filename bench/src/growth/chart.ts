import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { AXES, type Axis, type Grown, SERIES, shownValue } from './point.ts'

const PANEL = { width: 250, height: 230 }
const LEGEND = 34
const COLOURS = ['#1f5fa8', '#b4500b', '#2e7d4f'] as const
const SYMBOLS = ['circle', 'square', 'triangle'] as const

const { document } = parseHTML('<!doctype html><html><body></body></html>')

/** The points as an SVG: one panel an axis, both scales logarithmic, the same heights in all. */
export function drawGrowth(grown: readonly Grown[]): string {
  const axes = Object.keys(AXES) as Axis[]
  const costs = grown.map(({ msPerStep }) => msPerStep)
  const domain: [number, number] = [Math.min(...costs) / 1.2, Math.max(...costs) * 1.2]
  const panels = axes.map((axis, index) => {
    const panel = drawPanel(axis, grown, domain)
    panel.setAttribute('x', String(index * PANEL.width))
    panel.setAttribute('y', String(LEGEND))
    return panel.outerHTML
  })
  const [width, height] = [axes.length * PANEL.width, PANEL.height + LEGEND]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="Milliseconds of a training step against ${axes.map((axis) => AXES[axis].title.toLowerCase()).join('; ')}">
<rect width="100%" height="100%" fill="white"/>
${drawLegend()}
${panels.join('\n')}
</svg>
`
}

function drawPanel(axis: Axis, grown: readonly Grown[], domain: [number, number]): Element {
  const points = grown.filter((of) => of.axis === axis)
  const values = [...new Set(points.map(({ value }) => shownValue(axis, value)))].sort((a, b) => a - b)
  const x = ({ value }: Grown) => shownValue(axis, value)
  const colour = ({ series }: Grown) => COLOURS[SERIES.indexOf(series)]!
  const svg = Plot.plot({
    ...PANEL,
    document,
    className: 'plot',
    marginLeft: 48,
    marginBottom: 40,
    marginRight: 14,
    marginTop: 12,
    x: { type: 'log', domain: [values[0]! / 1.15, values.at(-1)! * 1.15], label: null },
    y: { type: 'log', domain, label: null },
    marks: [
      Plot.gridY({ stroke: '#ddd', strokeOpacity: 1 }),
      Plot.axisY({ ticks: 4, tickSize: 0, label: axis === 'steps' ? 'ms a step' : null, labelArrow: 'none' }),
      Plot.axisX(values, {
        text: (value: number) => String(value),
        label: AXES[axis].title,
        labelArrow: 'none',
        labelAnchor: 'center',
        labelOffset: 34,
      }),
      Plot.line(points, { x, y: 'msPerStep', z: 'series', stroke: colour, strokeWidth: 1.5 }),
      Plot.dot(points, {
        x,
        y: 'msPerStep',
        fill: colour,
        stroke: 'white',
        symbol: ({ series }: Grown) => SYMBOLS[SERIES.indexOf(series)]!,
        r: 4,
      }),
    ],
    symbol: { type: 'identity' },
  })
  for (const style of svg.querySelectorAll('style')) style.remove()
  return svg
}

function drawLegend(): string {
  const entries = SERIES.map((series, index) => {
    const x = 48 + index * 130
    const mark = Plot.plot({
      document,
      className: 'plot',
      width: 16,
      height: 16,
      margin: 0,
      axis: null,
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      symbol: { type: 'identity' },
      marks: [Plot.dot([0], { x: 0.5, y: 0.5, symbol: SYMBOLS[index]!, fill: COLOURS[index]!, r: 4.5 })],
    })
    for (const style of mark.querySelectorAll('style')) style.remove()
    mark.setAttribute('x', String(x))
    mark.setAttribute('y', '10')
    return `${mark.outerHTML}<text x="${x + 20}" y="22" fill="#222">${series}</text>`
  })
  return entries.join('\n')
}
