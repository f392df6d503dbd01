import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SnnxError } from '@snnx/ir'
import type * as Tfjs from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { openTensorflow } from '../../core/src/backend/tensorflow.ts'
import { installTensorflow, type Step } from '../src/backend/install.ts'
import { inspect, locate, type Place } from '../src/backend/place.ts'
import { RELEASE } from '../src/backend/release.ts'
import { loadTensorflow } from '../src/backend/tensorflow.ts'

/** What a machine may lack without being at fault: a fitting system, programs, the network, space. */
const EXCUSES = ['SNX1011', 'SNX1041', 'SNX1042', 'SNX1043']

/** A network that lets connections hang is no fault either. */
const PATIENCE_MS = 90_000

const cache = mkdtempSync(join(tmpdir(), 'snnx-tensorflow-'))
const place = locate(RELEASE, cache)
const steps: Step[] = []
const excuse = await installHere()
afterAll(() => rmSync(cache, { recursive: true, force: true }))

/** The real installation, with what the user's cache has of the downloads, and keeping there what had to be fetched. */
async function installHere(): Promise<string | null> {
  const kept = locate(RELEASE).downloads
  if (existsSync(kept)) cpSync(kept, place.downloads, { recursive: true })
  try {
    await install(place)
    if (!existsSync(kept)) cpSync(place.downloads, kept, { recursive: true })
    return null
  } catch (error) {
    rmSync(cache, { recursive: true, force: true }) // `afterAll` does not run where every test is skipped
    if (error instanceof SnnxError && EXCUSES.includes(error.code)) return error.message.split('\n')[0]!
    if (error instanceof DOMException) return `it was not done in ${PATIENCE_MS / 1000} s`
    throw error
  }
}

function install(where: Place): Promise<boolean> {
  const reporter = { onBegin() {}, onStep: (step: Step) => void steps.push(step), onTransfer() {}, onStepEnd() {} }
  return installTensorflow({ place: where, signal: AbortSignal.timeout(PATIENCE_MS), reporter })
}

describe.runIf(excuse === null)('the installation of `tensorflow`', () => {
  it('is whole, goes through all steps, and leaves nothing beside itself', async () => {
    expect(await inspect(place.folder, RELEASE)).toBeNull()
    expect(steps).toEqual(['check', 'fetch-packages', 'fetch-library', 'unpack', 'compile', 'start'])
    const beside = readdirSync(place.root).filter((entry) => !/^lock\.\d+$/.test(entry))
    expect(beside.sort()).toEqual(['downloads', RELEASE.name].sort())
    expect(readdirSync(place.folder).sort()).toEqual(['lib', 'node_modules'])
  })

  it('is left alone by a second one', async () => {
    const before = statSync(place.folder).mtimeMs
    steps.length = 0
    expect(await install(place)).toBe(false)
    expect(steps).toEqual([])
    expect(statSync(place.folder).mtimeMs).toBe(before)
  })
})

describe.runIf(excuse === null)('the backend `tensorflow`, on the tfjs of the engine', async () => {
  let tf!: typeof Tfjs
  if (excuse === null) {
    await openTensorflow((tfjs) => {
      tf = tfjs as typeof Tfjs
      return loadTensorflow(tfjs, place)
    })
  }

  /** The numbers a kernel gives. */
  const run = (name: string, inputs: Record<string, Tfjs.Tensor>, attributes: object = {}) => [
    ...(tf.engine().runKernel(name, inputs as never, attributes as never) as Tfjs.Tensor).dataSync(),
  ]
  /** Deterministic numbers without a pattern. */
  const wave = (size: number, phase: number) => Array.from({ length: size }, (_, i) => Math.sin(12.9898 * i + phase))
  const worst = (found: readonly number[], expected: readonly number[]) =>
    Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)))

  it('starts', async () => {
    expect(await tf.setBackend('tensorflow')).toBe(true)
    expect(tf.getBackend()).toBe('tensorflow')
    expect(tf.getKernelsForBackend('tensorflow').length).toBeGreaterThan(140)
  })

  it('multiplies matrices, transposed ones too, as their gradients need', () => {
    const [m, k, n] = [5, 7, 3]
    const [a, b] = [wave(m * k, 1), wave(k * n, 2)]
    const expected = Array.from({ length: m * n }, (_, at) => {
      const [row, column] = [Math.floor(at / n), at % n]
      return Array.from({ length: k }, (_, i) => a[row * k + i]! * b[i * n + column]!).reduce((sum, of) => sum + of, 0)
    })
    const flip = (values: number[], columns: number) =>
      values.map(
        (_, at) => values[(at % (values.length / columns)) * columns + Math.floor(at / (values.length / columns))]!,
      )
    const products = [
      tf.matMul(tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])),
      tf.matMul(tf.tensor2d(flip(a, k), [k, m]), tf.tensor2d(b, [k, n]), true, false),
      tf.matMul(tf.tensor2d(a, [m, k]), tf.tensor2d(flip(b, n), [n, k]), false, true),
    ]
    for (const product of products) expect(worst([...product.dataSync()], expected)).toBeLessThan(1e-6)
  })

  // NHWC, kernel 3 x 3, stride 1, padding 1, by the definition of the convolution: y[i, j] += x[i + u - 1, j + v - 1] w[u, v].
  const [images, side, into, out] = [2, 5, 3, 4]
  const x = wave(images * side * side * into, 3)
  const w = wave(9 * into * out, 4)
  const dy = wave(images * side * side * out, 5)
  const terms = function* () {
    for (let image = 0; image < images; image++)
      for (let i = 0; i < side; i++)
        for (let j = 0; j < side; j++)
          for (let u = 0; u < 3; u++)
            for (let v = 0; v < 3; v++) {
              const [row, column] = [i + u - 1, j + v - 1]
              if (row < 0 || column < 0 || row >= side || column >= side) continue
              for (let c = 0; c < into; c++)
                for (let o = 0; o < out; o++)
                  yield {
                    x: ((image * side + row) * side + column) * into + c,
                    w: ((u * 3 + v) * into + c) * out + o,
                    y: ((image * side + i) * side + j) * out + o,
                  }
            }
  }
  const conv = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 }
  const sumTerms = (size: number, add: (sums: number[], term: { x: number; w: number; y: number }) => void) => {
    const sums = new Array<number>(size).fill(0)
    for (const term of terms()) add(sums, term)
    return sums
  }

  it('convolves, and takes both gradients', () => {
    const [image, filter, upstream] = [
      tf.tensor4d(x, [images, side, side, into]),
      tf.tensor4d(w, [3, 3, into, out]),
      tf.tensor4d(dy, [images, side, side, out]),
    ]
    const y = sumTerms(dy.length, (sums, of) => {
      sums[of.y]! += x[of.x]! * w[of.w]!
    })
    expect(worst([...tf.conv2d(image, filter, 1, 'same').dataSync()], y)).toBeLessThan(1e-5)

    const toInput = sumTerms(x.length, (sums, of) => {
      sums[of.x]! += dy[of.y]! * w[of.w]!
    })
    const inputShape = image.shape
    expect(worst(run('Conv2DBackpropInput', { dy: upstream, filter }, { ...conv, inputShape }), toInput)).toBeLessThan(
      1e-5,
    )

    const toFilter = sumTerms(w.length, (sums, of) => {
      sums[of.w]! += dy[of.y]! * x[of.x]!
    })
    const filterShape = filter.shape
    expect(
      worst(run('Conv2DBackpropFilter', { x: image, dy: upstream }, { ...conv, filterShape }), toFilter),
    ).toBeLessThan(1e-5)
  })

  // What the engine's own kernels rely on.
  it('uploads an array at its first use, and reads copies from then on', () => {
    const backend = tf.backend() as Tfjs.KernelBackend & {
      write(values: Float32Array, shape: number[], dtype: string): object
    }
    const values = new Float32Array(6)
    const dataId = backend.write(values, [2, 3], 'float32')
    values.set([1, 2, 3, 4, 5, 6])
    expect(backend.readSync(dataId)).toBe(values)
    const tensor = tf.engine().makeTensorFromTensorInfo({ dataId, shape: [2, 3], dtype: 'float32' })
    const doubled = tf.mul(tensor, 2)
    expect([...doubled.dataSync()]).toEqual([2, 4, 6, 8, 10, 12])
    for (const { dataId: id } of [tensor, doubled]) {
      const copy = backend.readSync(id) as Float32Array
      const before = [...copy]
      copy.fill(-1)
      expect([...(backend.readSync(id) as Float32Array)]).toEqual(before)
    }
  })
})

describe.runIf(excuse === null)('a damaged installation', () => {
  it('is named, with what mends it', async () => {
    const library = join(place.folder, 'lib', 'libtensorflow_framework.so.2')
    const other = locate(RELEASE, mkdtempSync(join(cache, 'damaged-')))
    cpSync(join(place.folder, 'node_modules'), join(other.folder, 'node_modules'), { recursive: true })
    cpSync(library, join(other.folder, 'lib', 'libtensorflow_framework.so.2'))
    const load = () => loadTensorflow({}, other).catch((error: unknown) => error)
    expect(await load()).toMatchObject({
      code: 'SNX1001',
      message: expect.stringContaining('lacks lib/tfjs_binding.node'),
    })
    cpSync(join(place.folder, 'lib'), join(other.folder, 'lib'), { recursive: true })
    truncateSync(join(other.folder, 'lib', 'libtensorflow_framework.so.2'), 1000)
    expect(await load()).toMatchObject({
      code: 'SNX1001',
      help: expect.stringContaining('snnx backend add tensorflow'),
    })
    expect(await load()).toMatchObject({ message: expect.stringContaining('has 1000 bytes instead of 44078920') })
  })
})

if (excuse !== null) it.skip(`the installation of \`tensorflow\`: ${excuse}`, () => {})
