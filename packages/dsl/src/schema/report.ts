import { METRICS } from '@snnx/ir'
import { address, type BlockRule, choice, list, variant } from './type.ts'

const metric = choice(METRICS)

export const report: BlockRule = {
  doc: 'What is shown of the results.',
  required: false,
  many: false,
  nameNeeded: false,
  baseNeeded: false,
  derives: false,
  bases: null,
  keys: {
    rank: { type: metric, optional: true, doc: 'what orders the rows' },
    plot: {
      type: variant({
        pareto: {
          doc: 'one metric against another',
          parameters: {
            x: { type: metric, doc: 'horizontal axis' },
            y: { type: metric, doc: 'vertical axis' },
            group: { type: address, optional: true, doc: 'swept address, one line for each value' },
          },
        },
      }),
      optional: true,
      doc: 'the chart',
    },
    table: { type: list(metric), optional: true, doc: 'the columns' },
  },
}
