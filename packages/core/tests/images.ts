import type { Network } from '@snnx/ir'
import { lif } from './chain.ts'

/** A small network of every kind of layer: strides, a residual block, both pools, dropout, voting. */
export function convolutional(threshold = lif.threshold): Network {
  const cell = (name: string, share = 1) =>
    ({ kind: 'neuron', name, neuron: { ...lif, threshold: share * threshold } }) as const
  const conv = (name: string, channels: number, kernel: number, stride: number) =>
    ({ kind: 'conv', name, channels, kernel, stride, padding: (kernel - 1) / 2, bias: false }) as const
  const norm = (name: string) => ({ kind: 'norm', name, epsilon: 1e-5, momentum: 0.1 }) as const
  return {
    name: 'images',
    steps: 4,
    input: [2, 7, 7],
    classes: 4,
    layers: [
      conv('conv1', 6, 3, 1),
      norm('norm1'),
      cell('cell1'),
      { kind: 'max_pool', size: 2, stride: 2, padding: 1 },
      {
        kind: 'residual',
        body: [
          conv('conv2', 8, 3, 2),
          norm('norm2'),
          cell('cell2'),
          conv('conv3', 8, 3, 1),
          norm('norm3'),
          cell('cell3'),
        ],
        shortcut: [conv('conv4', 8, 1, 2), norm('norm4'), cell('cell4')],
      },
      norm('norm5'),
      { ...conv('conv5', 8, 5, 1), bias: true },
      { kind: 'avg_pool', size: 2, stride: 1, padding: 0 },
      cell('cell5'),
      { kind: 'flatten' },
      { kind: 'dropout', name: 'dropout1', probability: 0.25 },
      { kind: 'linear', name: 'linear1', features: 32, bias: false },
      cell('cell6', 0.2),
      { kind: 'linear', name: 'linear2', features: 12, bias: true },
      cell('cell7', 0.2),
      { kind: 'vote', classes: 4 },
      { kind: 'rate' },
    ],
  }
}
