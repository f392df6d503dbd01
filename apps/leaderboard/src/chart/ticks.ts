/** The span of positive values, a little wider, so that no mark sits on the edge; values that nearly agree span half a decade. */
export function logDomain(values: readonly number[], margin = 0.06): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const pad = Math.max((high / low) ** margin, high / low < 1.1 ? 10 ** 0.25 : 1)
  return [low / pad, high * pad]
}

/** The span of values with a margin; values that nearly agree span one unit. */
export function linearDomain(values: readonly number[], margin = 0.08): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const pad = high - low < 0.1 ? 0.5 : (high - low) * margin
  return [low - pad, high + pad]
}

/** Round ticks within a logarithmic domain: 1-2-5 steps when at most `most` of them fit, else decades, else some decades. */
export function logTicks([low, high]: readonly [number, number], most = 9): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const within = (mantissas: number[], stride = 1) =>
    range(first, last, stride).flatMap((exponent) =>
      mantissas.map((mantissa) => Number(`${mantissa}e${exponent}`)).filter((tick) => tick >= low && tick <= high),
    )
  for (const mantissas of [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]]) {
    const ticks = within(mantissas)
    if (ticks.length <= most) return ticks
  }
  return within([1], Math.ceil((last - first) / most))
}

function range(first: number, last: number, stride: number): number[] {
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => first + index * stride)
}
