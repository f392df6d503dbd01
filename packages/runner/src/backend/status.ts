import type { BackendName, SnnxError } from '@snnx/ir'
import { formatBytes } from '../format.ts'
import { inspect, locate } from './place.ts'
import { RELEASE, sizeOf } from './release.ts'

export type NamedBackend = Exclude<BackendName, 'auto'>

/** What each backend is. */
const ABOUT: Readonly<Record<NamedBackend, string>> = {
  native: 'kernels in Rust, all cores',
  tensorflow: `tfjs-node ${RELEASE.packages.binding.version} on libtensorflow ${RELEASE.wheel.version}`,
  wasm: 'tfjs in WebAssembly',
  cpu: 'tfjs in JavaScript, slow',
}

/** A backend as this machine has it. */
export interface BackendStatus {
  name: NamedBackend
  about: string
  available: boolean
  /** Whether `auto` takes it. */
  auto: boolean
  /** What it is missing, and how to get it; null when it is available. */
  missing: string | null
  help: string | null
}

/**
 * Tries each backend.
 * @param names fastest first
 * @param open starts a backend, or throws why it does not
 */
export async function describeBackends(
  names: readonly NamedBackend[],
  open: (name: NamedBackend) => Promise<unknown>,
): Promise<BackendStatus[]> {
  const statuses: BackendStatus[] = []
  for (const name of names) {
    const failure = await tryBackend(name, open)
    const auto = failure === null && !statuses.some(({ available }) => available)
    const [missing, help] = [failure?.message ?? null, failure?.help ?? null]
    statuses.push({ name, about: ABOUT[name], available: failure === null, auto, missing, help })
  }
  return statuses
}

async function tryBackend(name: NamedBackend, open: (name: NamedBackend) => Promise<unknown>) {
  const fault = name === 'tensorflow' ? await inspect(locate(RELEASE).folder, RELEASE) : null
  if (fault !== null) return { message: fault, help: describeAdding() }
  try {
    await open(name)
    return null
  } catch (error) {
    // That a backend is not available is known; why, its own failure says.
    const { cause } = error as Error
    const { message, help } = (
      cause instanceof AggregateError && cause.errors[0] ? cause.errors[0] : error
    ) as SnnxError
    return { message, help }
  }
}

function describeAdding(): string {
  const { download, disk } = sizeOf(RELEASE)
  return `\`snnx backend add tensorflow\` fetches ${formatBytes(download)} and takes ${formatBytes(disk)} on disk`
}
