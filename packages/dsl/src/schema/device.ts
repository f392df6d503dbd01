import { RESOURCE_BOUNDS } from './compress.ts'
import type { BlockRule } from './type.ts'

export const device: BlockRule = {
  doc: 'What a device can hold: bounds, which `fits = NAME` in `compress` asks for.',
  required: false,
  many: true,
  nameNeeded: true,
  baseNeeded: false,
  bases: {},
  derives: true,
  keys: RESOURCE_BOUNDS,
}
