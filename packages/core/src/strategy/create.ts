import type { Compress } from '@snnx/ir'
import { gradual } from './gradual.ts'
import { minimax } from './minimax.ts'
import { layerMagnitude, magnitude, random } from './one-shot.ts'
import type { Strategy } from './strategy.ts'

/** The strategy a job asks for. */
export function createStrategy(compress: Compress): Strategy {
  switch (compress.method) {
    case 'minimax':
      return minimax(compress)
    case 'gradual':
      return gradual(compress)
    case 'magnitude':
      return magnitude()
    case 'magnitude_layer':
      return layerMagnitude()
    case 'random':
      return random()
  }
}
