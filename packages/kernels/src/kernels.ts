import type { Neuron } from '@snnx/ir'

/**
 * A convolution with a square kernel over `images` inputs `[channelsIn, height, width]` (time and batch folded together);
 * weights `[channelsOut, channelsIn, kernel, kernel]`. A linear layer is the case of 1 x 1 images and kernels.
 */
export interface Geometry {
  images: number
  channelsIn: number
  height: number
  width: number
  channelsOut: number
  kernel: number
  stride: number
  padding: number
}

/** How one call of the neuron kernels is laid out. */
export interface NeuronExtent {
  steps: number
  /** Neurons of one step: batch x features. */
  width: number
  /** The last axis, along which spikes are packed; divides `width`. */
  row: number
  /** The input is one step's worth, the same at every step. */
  constantInput: boolean
}

/** Batch norm folded into the neuron's input: x becomes `scale[c] x + shift[c]`, with c = (index / inner) % channels. */
export interface Affine {
  scale: Float32Array
  shift: Float32Array
  /** Elements of one channel of one image. */
  inner: number
}

/** A pooling of `planes` images `[height, width]` by a square window; the padding counts as nothing (max) or zero (average). */
export interface Pooling {
  planes: number
  height: number
  width: number
  size: number
  stride: number
  padding: number
}

/** What the selection found among the squares of all weights, the layers taken as one vector. */
export interface Bottom {
  /** Sum of the s smallest squares: ||W||^2_{s,2}. */
  energy: number
  /** Sum of all squares: ||W||^2. */
  total: number
  /** The (s+1)-th smallest square, the marginal cost of removing one more weight; Infinity when s = N. */
  next: number
  /** Bit pattern of the s-th smallest magnitude: the next selection starts its search around it. */
  threshold: number
}

/** One step of Adam: rate = lr sqrt(1 - b2^t) / (1 - b1^t), epsilon already times sqrt(1 - b2^t). */
export interface AdamStep {
  beta1: number
  beta2: number
  rate: number
  epsilon: number
}

/**
 * The connections of one layer that a mask leaves, laid out for the kernels whose cost falls with their number. Values and
 * gradients of the weights are compact: one per connection, in ascending order of the weight's index.
 */
export interface Connections {
  /** How many connections there are. */
  readonly count: number
  /** Takes the connections' values out of the dense weights. */
  load(weights: Float32Array): void
  /** y = conv(x, W), x as floats `[images, ...]`. */
  forward(geometry: Geometry, x: Float32Array, y: Float32Array): void
  /** The same of spikes. */
  forwardSpikes(geometry: Geometry, bits: Uint32Array, y: Float32Array): void
  /** Gradient to the input. */
  toInput(geometry: Geometry, upstream: Float32Array, gradient: Float32Array): void
  /** Gradient to the connections' values, from floats. */
  toWeights(geometry: Geometry, x: Float32Array, upstream: Float32Array, values: Float32Array): void
  /** The same from spikes. */
  toWeightsFromSpikes(geometry: Geometry, bits: Uint32Array, upstream: Float32Array, values: Float32Array): void
  /** dense[index of connection i] = values[i]; all else is 0. */
  scatter(values: Float32Array, dense: Float32Array): void
  /** values[i] = dense[index of connection i]. */
  gather(dense: Float32Array, values: Float32Array): void
  /** Adam on the connections alone: weights and moments are dense, the gradient is compact. */
  adam(step: AdamStep, weights: Float32Array, first: Float32Array, second: Float32Array, values: Float32Array): void
  /** Frees the lists at once; nothing can be computed any more. */
  dispose(): void
  /** SGD on the connections alone: m = momentum m + g, w -= rate m. */
  sgd(momentum: number, rate: number, weights: Float32Array, first: Float32Array, values: Float32Array): void
}

/**
 * The hot kernels, over plain arrays. There are two sets: `native` (Rust, all cores) and `twin` (TypeScript, the oracle of
 * the former and what is used where there is no binary). Spikes are bits: a tensor of zeros and ones is packed along its
 * last axis, bit i % 32 of word i / 32, each row beginning with a word of its own, unused bits 0.
 *
 * All arrays are row-major, images NCHW. Outputs are overwritten. Wrong lengths throw a RangeError.
 */
export interface Kernels {
  readonly name: 'native' | 'twin'

  packSpikes(values: Float32Array, row: number, bits: Uint32Array): void
  expandSpikes(bits: Uint32Array, row: number, scale: number, values: Float32Array): void
  countSpikes(bits: Uint32Array): number
  /** From rows of one length to rows of another, the elements' order kept: what `flatten` does to spikes. */
  repackSpikes(bits: Uint32Array, row: number, newRow: number, out: Uint32Array): void

  /** Charge, fire, reset over all steps; x `[steps or 1, width]`, bits of `[steps, width]`. Returns the number of spikes. */
  neuronForward(
    neuron: Neuron,
    decay: number,
    extent: NeuronExtent,
    x: Float32Array,
    affine: Affine | null,
    bits: Uint32Array,
  ): number
  /**
   * Backpropagation through time; the membrane is computed again from x. `gradient` `[steps or 1, width]` is that to the
   * neuron's input (after the affine map) and may be `upstream` itself. `sums`, with an affine map: per channel the sum of
   * gradient and of gradient times x, `[2, channels]`. Returns the gradient to the decay (0 unless `plif`).
   */
  neuronBackward(
    neuron: Neuron,
    decay: number,
    extent: NeuronExtent,
    x: Float32Array,
    affine: Affine | null,
    upstream: Float32Array,
    gradient: Float32Array,
    sums: Float64Array | null,
  ): number

  /** Mean and biased variance per channel of x `[images, channels, inner]`. */
  channelMoments(x: Float32Array, channels: number, inner: number, mean: Float64Array, variance: Float64Array): void
  /** y = scale[c] x + shift[c]; y may be x. */
  affine(x: Float32Array, affine: Affine, y: Float32Array): void
  /** Per channel the sum of gradient and of gradient times x, `[2, channels]`. */
  channelSums(x: Float32Array, gradient: Float32Array, channels: number, inner: number, sums: Float64Array): void
  /** out = a[c] gradient + b[c] x + d[c]: the last pass of batch norm's backward; out may be `gradient`. */
  normBackward(
    x: Float32Array,
    gradient: Float32Array,
    inner: number,
    a: Float32Array,
    b: Float32Array,
    d: Float32Array,
    out: Float32Array,
  ): void

  /** The maximum of each window. Backward: to the first of equal maxima, row by row. */
  maxPool(pooling: Pooling, x: Float32Array, y: Float32Array): void
  maxPoolBackward(pooling: Pooling, x: Float32Array, upstream: Float32Array, gradient: Float32Array): void
  maxPoolSpikes(pooling: Pooling, bits: Uint32Array, out: Uint32Array): void
  maxPoolSpikesBackward(pooling: Pooling, bits: Uint32Array, upstream: Float32Array, gradient: Float32Array): void
  /** The mean over size x size, padding included. */
  averagePool(pooling: Pooling, x: Float32Array, y: Float32Array): void
  averagePoolSpikes(pooling: Pooling, bits: Uint32Array, y: Float32Array): void
  averagePoolBackward(pooling: Pooling, upstream: Float32Array, gradient: Float32Array): void

  /** sum = a + b; may be a or b. */
  add(a: Float32Array, b: Float32Array, sum: Float32Array): void
  /** out = a & b, b repeated as often as needed: dropout of spikes. */
  andSpikes(a: Uint32Array, b: Uint32Array, out: Uint32Array): void
  /** x *= factor. */
  scale(x: Float32Array, factor: number): void
  /** Whether every value is a finite number. */
  isFinite(x: Float32Array): boolean

  /** Dense layers on real-valued input: GEMM over unfolded patches, or Winograd F(4x4, 3x3) where asked (3 x 3, stride 1). */
  denseForward(geometry: Geometry, winograd: boolean, x: Float32Array, weights: Float32Array, y: Float32Array): void
  denseToInput(
    geometry: Geometry,
    winograd: boolean,
    upstream: Float32Array,
    weights: Float32Array,
    gradient: Float32Array,
  ): void
  denseToWeights(geometry: Geometry, x: Float32Array, upstream: Float32Array, gradient: Float32Array): void

  /** Dense weights on spikes: cost falls with the firing rate. */
  spikeForward(geometry: Geometry, bits: Uint32Array, weights: Float32Array, y: Float32Array): void
  spikeToWeights(geometry: Geometry, bits: Uint32Array, upstream: Float32Array, gradient: Float32Array): void

  /** The connections that a mask (bits of the weights as one row of all, 1 = kept) leaves. */
  connect(geometry: Geometry, mask: Uint32Array): Connections

  /**
   * Masks exactly the `s` smallest squares among all weights (0 = removed), ties by index over the layers in order.
   * @param masks out: bits of each layer's weights as one row
   * @param guess a threshold near the answer, or -1
   * @throws RangeError when a weight is NaN or infinite
   */
  maskBottom(weights: readonly Float32Array[], s: number, masks: readonly Uint32Array[], guess: number): Bottom
  /** Where the mask is 0, w becomes w * factor. */
  shrinkMasked(weights: Float32Array, mask: Uint32Array, factor: number): void
  /** y = x * factors, the factors repeated row by row: scores for `maskBottom`. */
  scaleColumns(x: Float32Array, factors: Float32Array, y: Float32Array): void
  /** What the kept ones (mask bit 1) of `length` weights cost together, `costs` repeated row by row. */
  sumKept(mask: Uint32Array, length: number, costs: Float32Array): number
  /** How many mask bits are set that were not set before. */
  countRegrown(mask: Uint32Array, before: Uint32Array): number

  /** m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  w -= rate m / (sqrt(v) + epsilon): all in one pass, in place. */
  adam(step: AdamStep, weights: Float32Array, first: Float32Array, second: Float32Array, gradient: Float32Array): void
  /** m = momentum m + g,  w -= rate m. */
  sgd(momentum: number, rate: number, weights: Float32Array, first: Float32Array, gradient: Float32Array): void
}
