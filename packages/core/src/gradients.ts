import {
  broadcast_util,
  type GradConfig,
  mul,
  neg,
  registerGradient,
  reshape,
  sum,
  type Tensor,
  tile,
  util,
} from '@tensorflow/tfjs-core'

/**
 * The gradients of the tfjs ops that networks and losses use. tfjs-core defines them too, but the file Node loads leaves
 * them out and its separate modules cannot be loaded by Node; `@tensorflow/tfjs` would bring them with a megabyte more.
 */
const GRADIENTS: readonly GradConfig[] = [
  { kernelName: 'Reshape', inputsToSave: ['x'], gradFunc: (dy, [x]) => ({ x: () => reshape(dy as Tensor, x!.shape) }) },
  { kernelName: 'Cast', gradFunc: (dy) => ({ x: () => dy as Tensor }) },
  { kernelName: 'Neg', gradFunc: (dy) => ({ x: () => neg(dy as Tensor) }) },
  { kernelName: 'Square', inputsToSave: ['x'], gradFunc: (dy, [x]) => ({ x: () => mul(dy as Tensor, mul(x!, 2)) }) },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis }) => ({ x: () => spread(dy as Tensor, x!, axis) }),
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis }) => ({ x: () => mul(spread(dy as Tensor, x!, axis), (dy as Tensor).size / x!.size) }),
  },
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({ a: () => gather(dy as Tensor, a!), b: () => gather(dy as Tensor, b!) }),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({ a: () => gather(dy as Tensor, a!), b: () => gather(neg(dy as Tensor), b!) }),
  },
  {
    kernelName: 'Multiply',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => gather(mul(dy as Tensor, b!), a!),
      b: () => gather(mul(dy as Tensor, a!), b!),
    }),
  },
]

/** Registers them; safe to call once. */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) registerGradient(gradient)
}

/** Repeats a reduced gradient over the axes that the forward pass summed. */
function spread(dy: Tensor, x: Tensor, axis: unknown): Tensor {
  const axes = util.parseAxisParam(axis as number | number[], x.shape)
  const kept = x.shape.map((size, of) => (axes.includes(of) ? 1 : size))
  return tile(
    reshape(dy, kept),
    x.shape.map((size, of) => (axes.includes(of) ? size : 1)),
  )
}

/** Sums a gradient over the axes along which the forward pass repeated `of`. */
function gather(dy: Tensor, of: Tensor): Tensor {
  const axes = broadcast_util.getReductionAxes(of.shape, dy.shape)
  return reshape(axes.length > 0 ? sum(dy, axes) : dy, of.shape)
}
