import { Analysis } from '../../src/editor/index.ts'

/** A text with its cursors, written as `|`, taken out. */
export function mark(marked: string): { analysis: Analysis; offset: number; offsets: number[] } {
  const parts = marked.split('|')
  const offsets = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('').length)
  const analysis = new Analysis({ name: 'a.snnx', text: parts.join('') })
  return { analysis, offset: offsets[0]!, offsets }
}

/** Blocks around what a test is about; no error is in them. */
export const around = (block: string) => `snnx 1

/// The experiment.
experiment a {
  dataset : fashion_mini { }

  /// It leaks little.
  neuron slow : lif {
    tau = 4 steps
  }

  network mlp {
    width  = 20
    layers = flatten -> linear(2 * width) -> slow -> linear(10) -> slow -> rate
  }

  train {
    duration = 5 epochs
  }

  compress : minimax {
    connectivity <= 25 % then 10 %
  }

  ${block.replaceAll('\n', '\n  ')}
}
`

/** The text of a span. */
export const cut = (analysis: Analysis, { start, end }: { start: number; end: number }) =>
  analysis.source.text.slice(start, end)
