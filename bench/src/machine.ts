import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** The machine that figures are of. */
export interface Machine {
  cpu: string
  /** Cores, and threads of either side. */
  cores: number
  memoryGiB: number
  os: string
  /** The widest vector instructions there are. */
  instructions: string
  node: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
    os: `${type()} ${release()} ${arch()}`,
    instructions: nameInstructions(arch(), readFlags()),
    node: process.versions.node,
  }
}

/** @param flags of the processor, as Linux tells them; empty where it cannot be asked */
export function nameInstructions(architecture: string, flags: readonly string[]): string {
  if (architecture === 'arm64') return 'NEON'
  const widest = [
    ['avx512f', 'AVX-512'],
    ['avx2', 'AVX2'],
  ].find(([flag]) => flags.includes(flag!))
  return widest?.[1] ?? 'unknown'
}

function readFlags(): string[] {
  try {
    const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? []
    return flags.trim().split(/\s+/)
  } catch {
    return []
  }
}
