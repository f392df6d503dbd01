import type { Compress } from '@snnx/ir'
import { admm } from './admm.ts'
import { gradR } from './grad-r.ts'
import { gradual } from './gradual.ts'
import { iterative } from './iterative.ts'
import { minimax } from './minimax.ts'
import { layerMagnitude, magnitude } from './one-shot.ts'
import { random } from './random.ts'
import { rigl } from './rigl.ts'
import { set } from './set.ts'
import { stds } from './stds.ts'
import { ste } from './ste.ts'
import type { Strategy } from './strategy.ts'
import { upr } from './upr.ts'

/** The strategy a job asks for. */
export function createStrategy(compress: Compress): Strategy {
  switch (compress.method) {
    case 'minimax':
      return minimax(compress)
    case 'ste':
      return ste()
    case 'gradual':
      return gradual(compress)
    case 'magnitude':
      return magnitude(compress.allocation)
    case 'magnitude_layer':
      return layerMagnitude()
    case 'random':
      return random(compress.allocation)
    case 'iterative':
      return iterative(compress)
    case 'set':
      return set(compress)
    case 'rigl':
      return rigl(compress)
    case 'stds':
      return stds()
    case 'grad_r':
      return gradR(compress)
    case 'upr':
      return upr(compress)
    case 'admm':
      return admm(compress)
  }
}
