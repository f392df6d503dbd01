import { createRandom, type Neuron } from '@snnx/ir'
import { surrogateGradient } from '@snnx/kernels'
import { grads, mul, reshape, sum, type Tensor, tensor, tidy, tile } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fireNeurons } from '../src/layer/neuron.ts'
import { open, TESTED } from './backends.ts'
import { expectNear, tensorOf } from './differences.ts'

const lif: Neuron = {
  model: 'lif',
  tau: 2.5,
  threshold: 0.75,
  resetTo: 0,
  reset: 'zero',
  detach: true,
  surrogate: { kind: 'atan', alpha: 2 },
}

/** A number and its derivative with respect to one chosen input. */
type Dual = [value: number, slope: number]
const plus = (a: Dual, b: Dual): Dual => [a[0] + b[0], a[1] + b[1]]
const times = (a: Dual, b: Dual): Dual => [a[0] * b[0], a[0] * b[1] + a[1] * b[0]]
const constant = (value: number): Dual => [value, 0]

function slopeAt({ kind, alpha }: Neuron['surrogate'], x: number): number {
  if (kind === 'atan') return alpha / 2 / (1 + ((Math.PI / 2) * alpha * x) ** 2)
  if (kind === 'sigmoid') return alpha / (2 + Math.exp(alpha * x) + Math.exp(-alpha * x))
  return Math.max(0, alpha * (1 - alpha * Math.abs(x)))
}

/** One neuron over all its steps in forward-mode differentiation: spikes, each with its derivative. */
function unroll(neuron: Neuron, inputs: readonly Dual[], logit: Dual): Dual[] {
  const decay: Dual = (() => {
    if (neuron.model === 'if') return constant(1)
    if (neuron.model === 'lif') return constant(1 / neuron.tau)
    const k = 1 / (1 + Math.exp(-logit[0]))
    return [k, k * (1 - k) * logit[1]]
  })()
  let V = constant(neuron.resetTo)
  return inputs.map((X) => {
    const pull = neuron.model === 'if' ? X : plus(X, plus(times(V, constant(-1)), constant(neuron.resetTo)))
    const H = plus(V, times(pull, decay))
    const fired = Number(H[0] >= neuron.threshold)
    const S: Dual = [fired, slopeAt(neuron.surrogate, H[0] - neuron.threshold) * H[1]]
    const inReset: Dual = neuron.detach ? constant(fired) : S
    V =
      neuron.reset === 'zero'
        ? plus(times(H, [1 - inReset[0], -inReset[1]]), times(constant(neuron.resetTo), inReset))
        : plus(H, times(constant(-neuron.threshold), inReset))
    return S
  })
}

const STEPS = 6
const WIDTH = 7
const draw = (length: number, stream: string, shift: number) => {
  const random = createRandom(4, stream)
  return Array.from({ length }, () => Math.fround(random.normal() + shift))
}

const KINDS: Neuron[] = (['lif', 'if', 'plif'] as const).flatMap((model) =>
  (['zero', 'subtract'] as const).flatMap((reset) =>
    [true, false].flatMap((detach) =>
      [0, 0.25, -0.5].map((resetTo): Neuron => ({ ...lif, model, reset, detach, resetTo })),
    ),
  ),
)
const SURROGATES: Neuron[] = [
  { ...lif, surrogate: { kind: 'sigmoid', alpha: 4 }, detach: false },
  { ...lif, surrogate: { kind: 'triangle', alpha: 1 }, detach: false },
  { ...lif, surrogate: { kind: 'atan', alpha: 3 }, detach: false, threshold: 0.5 },
]

describe.each(TESTED)('fireNeurons on %s', (backend) => {
  beforeAll(async () => {
    await open(backend)
  })

  const title = ({ model, reset, detach, resetTo, surrogate }: Neuron) =>
    `${model}, reset ${reset} to ${resetTo}, ${detach ? 'detached' : 'attached'}, ${surrogate.kind}`

  it.each([...KINDS, ...SURROGATES].map((neuron) => [title(neuron), neuron] as const))(
    '%s: spikes and gradients of forward-mode differentiation',
    (_, neuron) =>
      tidy(() => {
        const x = draw(STEPS * WIDTH, 'x', 0.9)
        const upstream = draw(STEPS * WIDTH, 'u', 0)
        const logit = Math.fround(-0.4)
        const learned = neuron.model === 'plif'
        const inputs = [tensorOf(x, [STEPS, 1, WIDTH]), ...(learned ? [tensor(logit)] : [])]
        const fire = (x: Tensor, w?: Tensor) => fireNeurons(neuron, STEPS, x, w ?? null, false, null)
        const weight = tensorOf(upstream, [STEPS, 1, WIDTH])
        const found = grads((x: Tensor, w?: Tensor) => sum(mul(fire(x, w), weight)) as never)(inputs)

        const series = (unit: number, seed: number | 'logit') =>
          unroll(
            neuron,
            Array.from({ length: STEPS }, (_, t): Dual => [x[t * WIDTH + unit]!, Number(t === seed)]),
            [logit, Number(seed === 'logit')],
          )
        const slope = (unit: number, seed: number | 'logit') =>
          series(unit, seed).reduce((total, [, of], t) => total + of * upstream[t * WIDTH + unit]!, 0)
        const positions = Array.from(
          { length: STEPS * WIDTH },
          (_, at) => [Math.floor(at / WIDTH), at % WIDTH] as const,
        )
        const spikes = positions.map(([t, unit]) => series(unit, t)[t]![0])
        expect([...fire(...(inputs as [Tensor])).dataSync()]).toEqual(spikes)
        expect(new Set(spikes).size).toBe(2)
        expectNear(
          found[0]!,
          positions.map(([t, unit]) => slope(unit, t)),
        )
        if (learned) {
          const total = Array.from({ length: WIDTH }, (_, unit) => slope(unit, 'logit')).reduce((a, b) => a + b, 0)
          expectNear(found[1]!, [total])
        }
      }),
  )

  it.each(KINDS.map((neuron) => [title(neuron), neuron] as const))(
    '%s: a constant input is the same input at every step, its gradient the sum over steps',
    (_, neuron) =>
      tidy(() => {
        const frame = tensorOf(draw(2 * WIDTH, 'frame', 1), [2, WIDTH])
        const w = neuron.model === 'plif' ? [tensor(0.3)] : []
        const weight = tensorOf(draw(STEPS * 2 * WIDTH, 'u', 0), [STEPS, 2, WIDTH])
        const once = (x: Tensor, w?: Tensor) => fireNeurons(neuron, STEPS, x, w ?? null, true, null)
        const repeated = (x: Tensor, w?: Tensor) => fireNeurons(neuron, STEPS, x, w ?? null, false, null)
        const frames = tile(reshape(frame, [1, 2, WIDTH]), [STEPS, 1, 1])
        expect([...once(frame, w[0]).dataSync()]).toEqual([...repeated(frames, w[0]).dataSync()])
        const of = (fire: typeof once) => (x: Tensor, w?: Tensor) => sum(mul(fire(x, w), weight)) as never
        const one = grads(of(once))([frame, ...w])
        const many = grads(of(repeated))([frames, ...w])
        expectNear(one[0]!, [...sum(many[0]!, 0).dataSync()], 2e-6)
        if (w.length > 0) expectNear(one[1]!, [...many[1]!.dataSync()], 2e-6)
      }),
  )
})

describe('surrogateGradient', () => {
  // The primitives of SpikingJelly, whose derivatives the surrogates are.
  const PRIMITIVES: Record<Neuron['surrogate']['kind'], (alpha: number, x: number) => number> = {
    atan: (alpha, x) => Math.atan((Math.PI / 2) * alpha * x) / Math.PI + 1 / 2,
    sigmoid: (alpha, x) => 1 / (1 + Math.exp(-alpha * x)),
    triangle: (alpha, x) => {
      if (Math.abs(x) >= 1 / alpha) return Number(x > 0)
      return (-(alpha ** 2) / 2) * Math.abs(x) * x + alpha * x + 1 / 2
    },
  }

  it.each(['atan', 'sigmoid', 'triangle'] as const)('%s is the derivative of its primitive', (kind) => {
    for (const alpha of [0.5, 1, 2, 4]) {
      const membrane = Float32Array.from({ length: 81 }, (_, at) => (at - 40) / 10 + 0.013)
      const slope = new Float32Array(81)
      surrogateGradient({ kind, alpha }, 0.5, membrane, slope)
      const expected = Array.from(membrane, (H) => {
        const primitive = (x: number) => PRIMITIVES[kind](alpha, x)
        return (primitive(H - 0.5 + 1e-5) - primitive(H - 0.5 - 1e-5)) / 2e-5
      })
      expectNear(slope, expected, 1e-5)
    }
  })

  it.each([
    ['atan', 2, 1],
    ['sigmoid', 4, 1],
    ['triangle', 1, 1],
  ] as const)('%s with alpha = %d is %d at the threshold, its maximum', (kind, alpha, top) => {
    const slope = new Float32Array(3)
    surrogateGradient({ kind, alpha }, 1, Float32Array.of(0.9, 1, 1.1), slope)
    expect(slope[1]).toBe(top)
    expect(slope[0]).toBeLessThan(top)
    expect(slope[2]).toBeLessThan(top)
  })

  it('triangle is 0 from 1 / alpha on', () => {
    const slope = new Float32Array(4)
    surrogateGradient({ kind: 'triangle', alpha: 2 }, 1, Float32Array.of(0.5, 1.5, -9, 9), slope)
    expect([...slope]).toEqual([0, 0, 0, 0])
  })

  it('stays finite at any membrane', () => {
    const membrane = Float32Array.of(-3e38, -1e4, 1e4, 3e38)
    for (const kind of ['atan', 'sigmoid', 'triangle'] as const) {
      const slope = new Float32Array(4)
      surrogateGradient({ kind, alpha: 4 }, 1, membrane, slope)
      for (const value of slope) expect(value).toBeCloseTo(0, 6)
    }
  })
})
