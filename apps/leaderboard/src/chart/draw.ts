import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

const { document } = parseHTML('<!doctype html><html><body></body></html>')

/** What every chart of the site must say of itself, for those who do not see it. */
export interface Described {
  label: string
  description: string
}

/**
 * Draws a chart as the text of an `<svg>`: an image with a name and a description, coloured by the page's own variables.
 *
 * @param described `null` for a mere ornament, which is hidden from those who do not see it
 */
export function draw(described: Described | null, options: Plot.PlotOptions): string {
  const svg = Plot.plot({ ...options, document, className: 'plot' })
  svg.removeAttribute('fill') // the site's own style sheet says how text looks
  for (const style of svg.querySelectorAll('style')) style.remove() // forbidden by the content security policy
  for (const part of svg.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label') // an image has no parts
    part.removeAttribute('aria-description')
  }
  roundPlaces(svg)
  if (described === null) {
    svg.setAttribute('aria-hidden', 'true')
  } else {
    svg.setAttribute('role', 'img')
    svg.setAttribute('aria-label', described.label)
    svg.setAttribute('aria-description', described.description)
  }
  return svg.outerHTML
}

const PLACES = ['d', 'transform', 'x', 'y', 'cx', 'cy', 'x1', 'x2', 'y1', 'y2', 'width', 'height']

/** Hundredths of a pixel are enough, take a third of the room, and are the same on every machine. */
function roundPlaces(svg: Element): void {
  for (const element of svg.querySelectorAll('*')) {
    for (const name of PLACES) {
      const value = element.getAttribute(name)
      if (value?.includes('.')) {
        element.setAttribute(
          name,
          value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(+Number(number).toFixed(2))),
        )
      }
    }
  }
}
