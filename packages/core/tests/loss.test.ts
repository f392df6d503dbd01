import { grads, type Tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { countCorrect, lossOf } from '../src/loss.ts'
import { open, TESTED } from './backends.ts'
import { expectNear, tensorOf } from './differences.ts'

fc.configureGlobal({ seed: 1 })

describe.each(TESTED)('lossOf on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })
  const output = [0.5, 0.25, 0, 1, 0.125, 0.75]
  const labels = Uint8Array.of(0, 2)

  it('mse: the mean square, with gradient 2 (o - t) / n', () =>
    tidy(() => {
      const target = [1, 0, 0, 0, 0, 1]
      const loss = output.reduce((sum, o, at) => sum + (o - target[at]!) ** 2, 0) / 6
      const at = tensorOf(output, [2, 3])
      expectNear(lossOf('mse', at, labels), [loss], 1e-6)
      const [gradient] = grads((o: Tensor) => lossOf('mse', o, labels) as never)([at])
      expectNear(
        gradient!,
        output.map((o, at) => (2 * (o - target[at]!)) / 6),
        1e-6,
      )
    }))

  it('cross_entropy: -log softmax at the label, with gradient (softmax - t) / batch', () =>
    tidy(() => {
      const rows = [output.slice(0, 3), output.slice(3)]
      const softmax = rows.map((row) => {
        const all = row.reduce((sum, o) => sum + Math.exp(o), 0)
        return row.map((o) => Math.exp(o) / all)
      })
      const at = tensorOf(output, [2, 3])
      const loss = -(Math.log(softmax[0]![0]!) + Math.log(softmax[1]![2]!)) / 2
      expectNear(lossOf('cross_entropy', at, labels), [loss], 1e-6)
      const [gradient] = grads((o: Tensor) => lossOf('cross_entropy', o, labels) as never)([at])
      const target = [1, 0, 0, 0, 0, 1]
      expectNear(
        gradient!,
        softmax.flat().map((p, at) => (p - target[at]!) / 2),
        1e-6,
      )
    }))

  it('cross_entropy: with equal outputs is the logarithm of the number of classes', () =>
    tidy(() =>
      expectNear(lossOf('cross_entropy', tensorOf([2, 2, 2, 2], [1, 4]), Uint8Array.of(3)), [Math.log(4)], 1e-6),
    ))
})

describe('countCorrect', () => {
  it('gives a tie to the lowest class', () => {
    const output = Float32Array.of(0.5, 0.5, 0.25, 0, 0, 0, 0.1, 0.9, 0.9)
    expect(countCorrect(output, Uint8Array.of(0, 0, 1), 3)).toBe(3)
    expect(countCorrect(output, Uint8Array.of(1, 2, 2), 3)).toBe(0)
  })

  it('counts the rows whose first maximum is the label', () => {
    const rate = fc.integer({ min: 0, max: 8 }).map((spikes) => spikes / 8)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(rate, { minLength: 4, maxLength: 4 }), fc.nat(3))), (rows) => {
        const expected = rows.filter(([row, label]) => row.indexOf(Math.max(...row)) === label).length
        const output = Float32Array.from(rows.flatMap(([row]) => row))
        expect(
          countCorrect(
            output,
            Uint8Array.from(rows, ([, label]) => label),
            rows.length,
          ),
        ).toBe(expected)
      }),
    )
  })
})
