/** The energy of a multiply-accumulate, of an accumulation, and of reading a weight for either, in pJ. */
export interface EnergyModel {
  name: string
  picojoulePerMac: number
  picojoulePerAc: number
  /** Of reading one weight from memory; absent: not counted. */
  picojoulePerAccess?: number
  source: string
}

const HOROWITZ = 'Horowitz, ISSCC 2014'

/**
 * What an operation costs in 45 nm. `fp16` and `int8` are SpikingJelly's presets; `fp32_sram` adds one read of 32 bits from
 * 8 KB of SRAM for each operation, which is what a weight costs that no cache line is shared with.
 */
export const ENERGY_MODELS = {
  fp32: { name: '45 nm, FP32', picojoulePerMac: 4.6, picojoulePerAc: 0.9, source: HOROWITZ },
  fp16: { name: '45 nm, FP16', picojoulePerMac: 1.5, picojoulePerAc: 0.4, source: HOROWITZ },
  int8: { name: '45 nm, INT8', picojoulePerMac: 0.23, picojoulePerAc: 0.03, source: HOROWITZ },
  fp32_sram: {
    name: '45 nm, FP32, weights in 8 KB of SRAM',
    picojoulePerMac: 4.6,
    picojoulePerAc: 0.9,
    picojoulePerAccess: 5,
    source: HOROWITZ,
  },
} as const satisfies Record<string, EnergyModel>
export const ENERGY_NAMES = Object.keys(ENERGY_MODELS) as [EnergyName, ...EnergyName[]]
export type EnergyName = keyof typeof ENERGY_MODELS

/** What is meant where none is named. */
export const ENERGY_45NM: EnergyModel = ENERGY_MODELS.fp32

/** The energy of the operations in pJ. */
export function energy(operations: { macs: number; acs: number }, constants: EnergyModel = ENERGY_45NM): number {
  const { macs, acs } = operations
  return macs * picojoulePer('mac', constants) + acs * picojoulePer('ac', constants)
}

/** The energy of one operation with the weight that it reads, in pJ. */
export function picojoulePer(operation: 'mac' | 'ac', constants: EnergyModel): number {
  const { picojoulePerMac, picojoulePerAc, picojoulePerAccess = 0 } = constants
  return (operation === 'mac' ? picojoulePerMac : picojoulePerAc) + picojoulePerAccess
}
