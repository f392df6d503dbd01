import type { Layer } from '@snnx/ir'
import type { Amount, LayerItem } from '../check/layers.ts'
import type { Report } from '../check/report.ts'
import { LAYERS } from '../schema/network.ts'
import * as wording from '../wording.ts'
import { evaluateParameter } from './amount.ts'
import { type Frame, placeIn } from './frame.ts'

/** A layer of the language itself that holds no others. */
export type PlainItem = Exclude<LayerItem, { kind: 'failed' | 'reference' | 'repeat' | 'residual' }>

/** A layer with its numbers worked out, and a name where it needs one; `null` when something was reported. */
export function lowerLayer(
  item: PlainItem,
  frame: Frame,
  name: (stem: string) => string,
  report: Report,
): Layer | null {
  const numbers: Record<string, number> = {}
  let sound = true
  for (const [parameter, { type }] of Object.entries(LAYERS[item.kind].parameters)) {
    const amount = (item as Partial<Record<string, unknown>>)[parameter] as Amount | undefined
    if (type.takes !== 'number' || amount === undefined) continue
    const value = evaluateParameter(amount, item.kind, parameter, frame, report)
    if (value === null) sound = false
    else numbers[parameter] = value
  }
  if (!sound) return null
  switch (item.kind) {
    case 'flatten':
    case 'global_pool':
    case 'rate':
      return { kind: item.kind }
    case 'linear':
      return { kind: 'linear', name: name('linear'), features: numbers.features, bias: item.bias }
    case 'conv': {
      const { channels, kernel, stride, padding = (kernel - 1) / 2 } = numbers
      if (!Number.isInteger(padding)) {
        report(wording.missingPadding(placeIn(frame, item.span).span))
        return null
      }
      return { kind: 'conv', name: name('conv'), channels, kernel, stride, padding, bias: item.bias }
    }
    case 'norm':
      return { kind: 'norm', name: name('norm'), epsilon: numbers.epsilon, momentum: numbers.momentum }
    case 'max_pool':
    case 'avg_pool': {
      const { size, stride = size, padding } = numbers
      return { kind: item.kind, size, stride, padding }
    }
    case 'dropout':
      return { kind: 'dropout', name: name('dropout'), probability: numbers.probability }
    case 'vote':
      return { kind: 'vote', classes: numbers.classes }
  }
}
