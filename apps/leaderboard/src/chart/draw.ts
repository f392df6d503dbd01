import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

const { document } = parseHTML('<!doctype html>')

/** What every chart of the site must say of itself, for those who do not see it. */
export interface Described {
  label: string
  description: string
}

/** Draws a chart as the text of an `<svg>`: an image with a name and a description, coloured by the page's own variables. */
export function draw({ label, description }: Described, options: Plot.PlotOptions): string {
  const svg = Plot.plot({ ...options, ariaLabel: label, ariaDescription: description, document, className: 'plot' })
  svg.setAttribute('role', 'img')
  svg.removeAttribute('fill') // the site's own style sheet says how text looks
  for (const style of svg.querySelectorAll('style')) style.remove() // forbidden by the content security policy
  for (const group of svg.querySelectorAll('g[aria-label], g[aria-description]')) {
    group.removeAttribute('aria-label') // an image has no parts
    group.removeAttribute('aria-description')
  }
  return svg.outerHTML
}
