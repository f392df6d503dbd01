import type { Span } from '../source.ts'
import { advise, code, say } from './say.ts'

// Messages about reports: SNX06.
export const singleSeed = (span: Span) =>
  say('SNX0601', span, 'this ranks single runs, whose spread is not known', 'over one seed', {
    severity: 'warning',
    help: advise('add `repeat seed in 0 .. 4` to the sweep'),
  })
export const groupNotSwept = (span: Span, address: string) =>
  say('SNX0602', span, `${code(address)} is not swept, so it makes no groups`, 'not swept')
export const oneAxis = (span: Span, metric: string) =>
  say('SNX0603', span, `both axes of the plot are ${code(metric)}`, 'a line, whatever the results', {
    help: advise('show two different metrics, such as `x = connectivity, y = accuracy`'),
  })
