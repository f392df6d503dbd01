import type { Kernels } from '../kernels.ts'
import * as connections from './connections.ts'
import * as dense from './dense.ts'
import * as elementwise from './elementwise.ts'
import * as neuron from './neuron.ts'
import * as norm from './norm.ts'
import * as optimiser from './optimiser.ts'
import * as pool from './pool.ts'
import * as select from './select.ts'
import * as spike from './spike.ts'
import * as spikes from './spikes.ts'

/** The kernels in plain TypeScript: what the native ones are compared with, and what computes where there are none. */
export const twin: Kernels = {
  name: 'twin',
  ...neuron,
  ...norm,
  ...pool,
  ...elementwise,
  ...dense,
  ...spikes,
  ...spike,
  ...connections,
  ...select,
  ...optimiser,
}
