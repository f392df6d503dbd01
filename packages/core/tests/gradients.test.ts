import { createRandom } from '@snnx/ir'
import {
  add,
  cast,
  grads,
  logSoftmax,
  mean,
  mul,
  neg,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { open, TESTED } from './backends.ts'
import { differentiate, expectNear, tensorOf } from './differences.ts'

type Values = number[]
interface Case {
  op: (...inputs: Tensor[]) => Tensor
  /** The same in plain loops; the result flat, in row-major order. */
  plain: (...inputs: Values[]) => Values
  shapes: number[][]
}

const count = (shape: number[]) => shape.reduce((product, size) => product * size, 1)
const draw = (shape: number[], stream: number) =>
  Array.from({ length: count(shape) }, createRandom(3, 'values', stream).normal)

/** Both operands of [2, 3] with [3], with [2, 1] or with a scalar, as functions of the position in [2, 3]. */
const wide = (a: Values) => (at: number) => a[at]!
const row = (a: Values) => (at: number) => a[at % 3]!
const column = (a: Values) => (at: number) => a[Math.floor(at / 3)]!
const single = (a: Values) => () => a[0]!
const OPERANDS = [
  ['the same shape', [2, 3], wide],
  ['a row', [3], row],
  ['a column', [2, 1], column],
  ['a scalar', [], single],
] as const
const BINARY = [
  ['add', add, (a: number, b: number) => a + b],
  ['sub', sub, (a: number, b: number) => a - b],
  ['mul', mul, (a: number, b: number) => a * b],
] as const
const binary = BINARY.flatMap(([name, op, of]) =>
  OPERANDS.flatMap(([shape, sizes, read]): [string, Case][] => {
    const positions = [0, 1, 2, 3, 4, 5]
    const one = (a: Values, b: Values) => positions.map((at) => of(wide(a)(at), read(b)(at)))
    const other = (a: Values, b: Values) => positions.map((at) => of(read(a)(at), wide(b)(at)))
    return [
      [`${name} with ${shape}`, { op: op as Case['op'], plain: one, shapes: [[2, 3], [...sizes]] }],
      [`${name} of ${shape}`, { op: op as Case['op'], plain: other, shapes: [[...sizes], [2, 3]] }],
    ]
  }),
)

/** Sums over the chosen axes of a [2, 3, 2]. */
const reduce = (axes: number[]) => (x: Values) => {
  const shape = [2, 3, 2]
  const kept = [0, 1, 2].filter((axis) => !axes.includes(axis))
  const out = new Array<number>(count(kept.map((axis) => shape[axis]!))).fill(0)
  for (const [at, value] of x.entries()) {
    const position = [Math.floor(at / 6), Math.floor(at / 2) % 3, at % 2]
    out[kept.reduce((index, axis) => index * shape[axis]! + position[axis]!, 0)]! += value
  }
  return out
}
const AXES = [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]]
const reductions = AXES.flatMap((axes): [string, Case][] => {
  const size = axes.reduce((product, axis) => product * [2, 3, 2][axis]!, 1)
  const shapes = [[2, 3, 2]]
  const total = reduce(axes)
  return [
    [`sum over ${axes}`, { op: (x) => sum(x!, axes), plain: total as Case['plain'], shapes }],
    [`sum over ${axes}, kept`, { op: (x) => sum(x!, axes, true), plain: total as Case['plain'], shapes }],
    [`mean over ${axes}`, { op: (x) => mean(x!, axes), plain: (x) => total(x!).map((value) => value / size), shapes }],
  ]
})

const others: [string, Case][] = [
  ['sum of all', { op: (x) => sum(x!), plain: (x) => reduce([0, 1, 2])(x!), shapes: [[2, 3, 2]] }],
  ['sum over the last', { op: (x) => sum(x!, -1), plain: (x) => reduce([2])(x!), shapes: [[2, 3, 2]] }],
  ['reshape', { op: (x) => reshape(x!, [3, 2]), plain: (x) => x!, shapes: [[2, 3]] }],
  ['cast', { op: (x) => cast(x!, 'float32'), plain: (x) => x!, shapes: [[2, 3]] }],
  ['neg', { op: (x) => neg(x!), plain: (x) => x!.map((value) => -value), shapes: [[2, 3]] }],
  ['square', { op: (x) => square(x!), plain: (x) => x!.map((value) => value ** 2), shapes: [[2, 3]] }],
  [
    'logSoftmax',
    {
      op: (x) => logSoftmax(x as never),
      plain: (x) =>
        x!.map((value, at) => {
          const start = at - (at % 3)
          return value - Math.log(x!.slice(start, start + 3).reduce((all, of) => all + Math.exp(of), 0))
        }),
      shapes: [[2, 3]],
    },
  ],
  ['an operand used twice', { op: (x) => mul(x!, x!), plain: (x) => x!.map((value) => value ** 2), shapes: [[2, 3]] }],
]

describe.each(TESTED)('gradients on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  it.each([...binary, ...reductions, ...others])('%s: against central differences', (_, { op, plain, shapes }) =>
    tidy(() => {
      const values = shapes.map(draw)
      const inputs = values.map((one, at) => tensorOf(one, shapes[at]!))
      const output = op(...inputs)
      expectNear(output, plain(...values))
      const upstream = draw([output.size], 99)
      const found = grads((...all: Tensor[]) => sum(mul(op(...all), tensorOf(upstream, output.shape))))(inputs)
      const expected = differentiate(
        (...all) => plain(...all).reduce((total, value, at) => total + value * upstream[at]!, 0),
        values,
      )
      for (const [at, gradient] of found.entries()) {
        expect(gradient.shape).toEqual(shapes[at])
        expectNear(gradient, expected[at]!)
      }
    }),
  )
})
