import { address, type BlockRule, choice, list, variant } from './type.ts'

const metric = choice({
  accuracy: 'test accuracy',
  connectivity: 'remaining share of the prunable connections',
  flops: 'multiply-accumulates of one inference with the surviving weights',
  synops: 'synaptic operations of one inference, measured',
  energy: 'estimate from the operations',
  latency: 'measured time of one inference',
  bytes: 'size of the weights file',
  epochs: 'training after the dense network',
})

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
