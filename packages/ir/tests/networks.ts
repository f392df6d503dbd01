import type { Layer, Network } from '../src/index.ts'
import { lif } from './sample.ts'

/** A network whose layers get the names that the language gives: kind or `cell`, and an ordinal. */
function build(name: string, input: number[], make: (next: Maker) => Layer[]): Network {
  const used = new Map<string, number>()
  const next = (stem: string) => {
    used.set(stem, (used.get(stem) ?? 0) + 1)
    return `${stem}${used.get(stem)}`
  }
  return { name, steps: 4, input, classes: 10, layers: make(new Maker(next)) }
}

class Maker {
  readonly #next: (stem: string) => string
  constructor(next: (stem: string) => string) {
    this.#next = next
  }
  cell = (): Layer => ({ kind: 'neuron', name: this.#next('cell'), neuron: lif })
  linear = (features: number, bias = false): Layer => ({ kind: 'linear', name: this.#next('linear'), features, bias })
  dropout = (probability: number): Layer => ({ kind: 'dropout', name: this.#next('dropout'), probability })
  /** Convolution, batch norm, neuron. */
  conv = (channels: number, kernel = 3, stride = 1): Layer[] => [
    { kind: 'conv', name: this.#next('conv'), channels, kernel, stride, padding: (kernel - 1) / 2, bias: false },
    { kind: 'norm', name: this.#next('norm'), epsilon: 1e-5, momentum: 0.1 },
    this.cell(),
  ]
  pool = (size: number, stride = size, padding = 0): Layer => ({ kind: 'max_pool', size, stride, padding })
  /** A basic block of SEW-ResNet. */
  block = (channels: number, stride = 1): Layer => ({
    kind: 'residual',
    body: [...this.conv(channels, 3, stride), ...this.conv(channels)],
    shortcut: stride === 1 ? [] : this.conv(channels, 1, stride),
  })
}

/** SpikingJelly's SEW-ResNet (ADD): `depths` blocks in each of the four stages. */
export function sewResnet(depths: readonly number[], size: number, classes = 10): Network {
  const network = build('sew_resnet', [3, size, size], (make) => [
    ...make.conv(64, 7, 2),
    make.pool(3, 2, 1),
    ...depths.flatMap((depth, stage) =>
      Array.from({ length: depth }, (_, index) => make.block(64 << stage, stage > 0 && index === 0 ? 2 : 1)),
    ),
    { kind: 'global_pool' },
    { kind: 'flatten' },
    make.linear(classes, true),
    { kind: 'rate' },
  ])
  return { ...network, classes }
}

/** The convolutional network of the paper. */
export function cifar10net(width: number): Network {
  return build('cifar10net', [3, 32, 32], (make) => [
    ...Array.from({ length: 3 }, () => make.conv(width)).flat(),
    make.pool(2),
    ...Array.from({ length: 3 }, () => make.conv(width)).flat(),
    make.pool(2),
    { kind: 'flatten' },
    make.dropout(0.5),
    make.linear(8 * width),
    make.cell(),
    make.linear(100),
    make.cell(),
    { kind: 'vote', classes: 10 },
    { kind: 'rate' },
  ])
}
