/** A sound spec of about so many lines: many neurons and blocks of layers, as in a file that has grown over years. */
export function writeLong(lines: number): string {
  const blocks: string[] = []
  const parts: string[] = []
  for (let index = 0; blocks.join('\n').split('\n').length < lines - 40; index++) {
    blocks.push(`  /// Neuron number ${index}.
  neuron cell${index} : lif {
    tau       = ${2 + (index % 3)} steps
    threshold = 1.${index % 10}            # as before
    reset     = ${index % 2 === 0 ? 'zero' : 'subtract'}
  }
`)
    if (index % 4 !== 0) continue
    parts.push(`part${index}`)
    blocks.push(`  network part${index} {
    width  = ${16 + index}
    layers = linear(width) -> cell${index} -> linear(2 * width)
          -> cell${index}
  }
`)
  }
  return `snnx 1

experiment long {
  dataset : fashion_mini { batch = 64 }

${blocks.join('\n')}
  network whole {
    steps  = 8
    layers = flatten -> ${parts.join('\n          -> ')}
          -> linear(10) -> cell0 -> rate
  }

  train {
    optimizer = adam(lr = 1e-3)
    duration  = 5 epochs
  }

  compress : minimax {
    connectivity <= 25 % then 10 %
  }

  sweep {
    compress           in [minimax, ste]
    train.optimizer.lr in 1e-4 .. 1e-2 log 3
    repeat seed        in 1 .. 2
  }
}
`
}
