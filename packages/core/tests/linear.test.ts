import { createRandom } from '@snnx/ir'
import { grads, mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { applyLinear } from '../src/layer/linear.ts'
import { open, TESTED } from './backends.ts'
import { differentiate, expectNear, tensorOf } from './differences.ts'

/** y[r][o] = sum_i x[r][i] W[o][i] + b[o] */
function multiply(x: number[], weight: number[], bias: number[] | null, inputs: number, outputs: number): number[] {
  return Array.from({ length: (x.length / inputs) * outputs }, (_, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs]
    let total = bias?.[output] ?? 0
    for (let input = 0; input < inputs; input++) total += x[row * inputs + input]! * weight[output * inputs + input]!
    return total
  })
}

const draw = (length: number, stream: string) => Array.from({ length }, createRandom(7, stream).normal)
const count = (shape: number[]) => shape.reduce((product, size) => product * size, 1)

describe.each(TESTED)('applyLinear on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  // Fewer rows than outputs are multiplied the other way round, so both sides of the boundary are here.
  const CASES = [
    ['fewer rows than outputs', [2], 3, 5],
    ['as many rows as outputs', [4], 3, 4],
    ['more rows than outputs', [6], 3, 2],
    ['one row, one output', [1], 3, 1],
    ['steps and batch', [3, 2], 4, 5],
    ['steps and batch, many', [3, 4], 2, 3],
    ['one step, one row', [1, 1], 5, 2],
  ] as const

  describe.each(CASES)('%s', (_, leading, inputs, outputs) => {
    const shape = [...leading, inputs]
    const [x, weight] = [draw(count(shape), 'x'), draw(inputs * outputs, 'w')]
    const upstream = draw(count([...leading, outputs]), 'u')

    it.each([true, false])('is x W^T + b, with these gradients, bias = %s', (biased) =>
      tidy(() => {
        const bias = biased ? draw(outputs, 'b') : null
        const tensors = [
          tensorOf(x, shape),
          tensorOf(weight, [outputs, inputs]),
          ...(bias ? [tensorOf(bias, [outputs])] : []),
        ]
        const apply = (x: Tensor, w: Tensor, b?: Tensor) => applyLinear(x, w, b ?? null, false)
        const y = apply(...(tensors as [Tensor, Tensor]))
        expect(y.shape).toEqual([...leading, outputs])
        expectNear(y, multiply(x, weight, bias, inputs, outputs))
        const found = grads((...all: Tensor[]) =>
          sum(mul(apply(...(all as [Tensor, Tensor])), tensorOf(upstream, [...leading, outputs]))),
        )(tensors)
        const expected = differentiate(
          (x, weight, bias) =>
            multiply(x!, weight!, bias ?? null, inputs, outputs).reduce((all, y, at) => all + y * upstream[at]!, 0),
          [x, weight, ...(bias ? [bias] : [])],
        )
        for (const [at, gradient] of found.entries()) {
          expect(gradient.shape).toEqual(tensors[at]!.shape)
          expectNear(gradient, expected[at]!)
        }
      }),
    )

    it('as data x gives the same weight gradient, and takes none itself', () =>
      tidy(() => {
        const data = tensorOf(x, shape)
        const of = (isData: boolean) => (w: Tensor) =>
          sum(mul(applyLinear(data, w, null, isData), tensorOf(upstream, [...leading, outputs])))
        const at = [tensorOf(weight, [outputs, inputs])]
        expectNear(grads(of(true))(at)[0]!, [...grads(of(false))(at)[0]!.dataSync()], 1e-6)
        const toData = () => grads((x: Tensor) => sum(applyLinear(x, at[0]!, null, true)))([data])
        expect(toData).toThrow(/gradient/i)
      }))
  })

  it('multiplies afresh when the weight is another tensor of the same size', () =>
    tidy(() => {
      const x = tensorOf(draw(12, 'x'), [4, 3])
      for (const stream of ['one', 'two', 'three']) {
        const weight = draw(6, stream)
        const y = applyLinear(x, tensorOf(weight, [2, 3]), null, false)
        expectNear(y, multiply(draw(12, 'x'), weight, null, 3, 2))
      }
    }))
})
