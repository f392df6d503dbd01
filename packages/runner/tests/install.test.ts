import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SnnxError } from '@snnx/ir'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Transfer } from '../src/backend/fetch.ts'
import { installTensorflow, type Step } from '../src/backend/install.ts'
import { locate, type Place } from '../src/backend/place.ts'
import { RELEASE, type Release } from '../src/backend/release.ts'
import { createLineReporter } from '../src/backend/report.ts'
import { checkPlatform, checkSpace } from '../src/backend/requirement.ts'
import { describeBackends } from '../src/backend/status.ts'
import { acquireLock } from '../src/store/lock.ts'

const RELEASED = sample()
let folder: string
let place: Place

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snnx-install-'))
  place = locate(RELEASED, join(folder, 'cache'))
  mkdirSync(join(folder, 'bin'))
  for (const [name, script] of Object.entries(PROGRAMS)) program(name, script)
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`)
  vi.stubEnv('CXX', 'g++')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** A release of four tiny archives, with the digests of their content. */
function sample(): Release {
  const { packages, wheel } = RELEASE
  // sha512 and sha256 of `archive\n`, by the command line tools of that name.
  const sha512 = '2nMCytR+vbolIeXhabz6FkO2aIB5Ck1Cg3KndNG6p2EUvOQ3fHOFlirnwK16wg1Zp39VbYhGXm13lDUxZcrLDA=='
  const sha256 = '371e16ce98051a3ea7af3eaef8b87d69033154fb5bb33da349d611f0fae061d6'
  const tiny = <Part extends object>(part: Part) => ({ ...part, bytes: 8, sha512 })
  return {
    name: 'sample',
    platform: process.platform,
    arch: process.arch,
    packages: {
      binding: tiny(packages.binding),
      runtime: packages.runtime.map(tiny),
      headers: tiny(packages.headers),
    },
    wheel: { ...wheel, bytes: 8, sha256, libraries: wheel.libraries.map(({ path }) => ({ path, bytes: 4 })) },
  }
}

/** The programs an installation calls, each doing the least that it is asked for. */
const PROGRAMS: Record<string, string> = {
  npm: `
for word; do case "$word" in --pack-destination=*) to="\${word#*=}";; esac; done
[ "$1" = pack ] || exit 0
for file in ${[...new Set([RELEASED.packages.binding, ...RELEASED.packages.runtime, RELEASED.packages.headers])].map(({ file }) => file).join(' ')}; do echo archive > "$to/$file"; done`,
  python3: `
for word; do case "$word" in --dest=*) to="\${word#*=}";; esac; done
if [ "$3" = download ]; then echo archive > "$to/${RELEASED.wheel.file}"; fi
if [ "$2" = -c ]; then mkdir -p "$5/tensorflow"; for name in cc framework; do printf 'lib\\n' > "$5/tensorflow/libtensorflow_$name.so.2"; done; fi`,
  tar: `
for word; do to="$word"; done
case "$1" in -x*) echo '{}' > "$to/package.json";; esac`,
  'g++': `
while [ $# -gt 0 ]; do [ "$1" = -o ] && echo binding > "$2"; shift; done
exit 0`,
}

function program(name: string, script: string) {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh${script}\n`)
  chmodSync(path, 0o755)
}

interface Attempt {
  release?: Release
  signal?: AbortSignal
  onTransfer?: (transfer: Transfer) => void
}

/** Installs; gives the steps that were ended and how it ended. */
async function attempt({ release = RELEASED, signal = new AbortController().signal, onTransfer }: Attempt = {}) {
  const ended: Step[] = []
  const reporter = {
    onBegin() {},
    onStep() {},
    onTransfer: (transfer: Transfer) => onTransfer?.(transfer),
    onStepEnd: (step: Step, _seconds: number, kept: boolean) =>
      void ended.push(kept ? (`${step} (kept)` as Step) : step),
  }
  const error = await installTensorflow({ release, place, signal, reporter }).catch((failure: unknown) => failure)
  return { ended, error: error as SnnxError }
}

/** What is in the cache's folder beside the lock. */
const left = () => readdirSync(place.root).filter((entry) => !/^lock\.\d+$/.test(entry))

describe.runIf(process.platform === 'linux')('an installation that fails', () => {
  it('names every program that is missing, and what has it', async () => {
    program('python3', '\n[ "$1" = -m ] && exit 1\nexit 0')
    vi.stubEnv('CXX', 'no-such-compiler')
    const { error, ended } = await attempt()
    expect(error).toMatchObject({ code: 'SNX1042', message: 'this machine lacks a C++ compiler (g++), pip' })
    expect(error.help).toContain('apt-get install g++ python3-pip')
    expect(ended).toEqual([])
    expect(left()).toEqual([])
  })

  it('says what pip said', async () => {
    program('python3', '\n[ "$3" = download ] && echo "ERROR: No matching distribution" >&2 && exit 1\nexit 0')
    const { error } = await attempt()
    expect(error).toMatchObject({ code: 'SNX1043', message: expect.stringContaining('No matching distribution') })
    expect(left()).toEqual(['downloads'])
  })

  it.each(['npm', 'python3'])('does not keep a wrong file that %s brings', async (name) => {
    program(name, PROGRAMS[name]!.replaceAll('echo archive', 'echo forgery'))
    const { error } = await attempt()
    expect(error).toMatchObject({ code: 'SNX1044', message: expect.stringMatching(/expected sha\d+ \S+, got \S+/) })
    expect(left()).toEqual(name === 'npm' ? [] : ['downloads'])
    if (name === 'python3') expect(readdirSync(place.downloads)).not.toContain(RELEASED.wheel.file)
  })

  it('says what the compiler said, and that the disk was full', async () => {
    program('g++', '\n[ "$1" = --version ] && exit 0\necho "tfjs_binding.cc:1: error: no" >&2; exit 1')
    expect((await attempt()).error).toMatchObject({
      code: 'SNX1045',
      message: expect.stringContaining('cc:1: error: no'),
    })
    program('g++', '\n[ "$1" = --version ] && exit 0\necho "fatal error: No space left on device" >&2; exit 1')
    expect((await attempt()).error).toMatchObject({ code: 'SNX1011' })
    expect(left()).toEqual(['downloads'])
  })

  it('installs nothing that does not start; the next one has nothing to fetch, and needs no npm and pip', async () => {
    const first = await attempt()
    expect(first.error).toMatchObject({ code: 'SNX1046', message: expect.stringContaining('tfjs_binding.node') })
    expect(first.ended).toEqual(['check', 'fetch-packages', 'fetch-library', 'unpack', 'compile'])
    expect(left()).toEqual(['downloads'])
    program('npm', '\nexit 1')
    program('python3', PROGRAMS.python3!.replace('\n', '\n[ "$1" = -m ] && exit 1\n'))
    const second = await attempt()
    expect(second.error.code).toBe('SNX1046')
    expect(second.ended).toEqual(['check', 'fetch-packages (kept)', 'fetch-library (kept)', 'unpack', 'compile'])
  })

  it('is ended with all its programs by its signal, and leaves whole downloads only', async () => {
    const pid = join(folder, 'pid')
    program(
      'python3',
      `\n[ "$3" = download ] || exit 0\nprintf arch > "$TMPDIR/part"\nsh -c 'echo $$ > ${pid}; exec sleep 60'`,
    )
    const stop = new AbortController()
    const seen: Transfer[] = []
    const { error } = await attempt({
      signal: stop.signal,
      onTransfer(transfer) {
        if (transfer.received > 0) seen.push(transfer)
        if (seen.length === 1) stop.abort(new Error('enough'))
      },
    })
    expect(error.message).toBe('enough')
    expect(seen[0]).toMatchObject({ received: 4, total: 8, left: expect.any(Number) })
    expect(left()).toEqual(['downloads'])
    await expect.poll(() => isAlive(Number(readFileSync(pid, 'utf8')))).toBe(false)
  })

  it('waits for nobody: who holds the lock is named', async () => {
    mkdirSync(place.root, { recursive: true })
    const held = await acquireLock(place.root)
    expect((await attempt()).error).toMatchObject({
      code: 'SNX1047',
      message: expect.stringContaining(`${process.pid}`),
    })
    if ('lock' in held) await held.lock.release()
  })

  it('sweeps what a killed one left', async () => {
    mkdirSync(join(place.root, '.install.999999.tmp', 'new'), { recursive: true })
    await attempt()
    expect(left()).toEqual(['downloads'])
  })
})

describe('a machine', () => {
  const fit = { platform: RELEASE.platform, arch: RELEASE.arch, glibc: true, avx: true }
  it.each([
    [{ platform: 'darwin' as const, arch: 'arm64' as const }, /darwin-arm64/],
    [{ glibc: false }, /GNU C library/],
    [{ avx: false }, /AVX/],
  ])('that cannot run the libraries is told: %o', (lack, message) => {
    expect(() => checkPlatform(RELEASE, fit)).not.toThrow()
    expect(() => checkPlatform(RELEASE, { ...fit, ...lack })).toThrow(SnnxError)
    expect(() => checkPlatform(RELEASE, { ...fit, ...lack })).toThrow(message)
  })

  it('with too little space is told before anything is fetched', async () => {
    await expect(checkSpace(join(folder, 'not', 'there'), 1)).resolves.toBeUndefined()
    await expect(checkSpace(join(folder, 'not', 'there'), 1e18)).rejects.toMatchObject({ code: 'SNX1011' })
  })
})

describe('what is told', () => {
  it('are lines with sizes, times and the time left', () => {
    let text = ''
    const reporter = createLineReporter((line) => {
      text += line
    })
    reporter.onBegin(RELEASE, { root: '/cache', downloads: '/cache/d', folder: '/cache/f' })
    reporter.onStep('check')
    reporter.onStepEnd('check', 0.51, false)
    reporter.onStepEnd('fetch-packages', 0, true)
    for (const received of [1e6, 50e6, 60e6, 186_594_601])
      reporter.onTransfer({ received, total: 186_594_601, left: (186_594_601 - received) / 1e6 })
    reporter.onStepEnd('fetch-library', 186.6, false)
    expect(text.split('\n')).toEqual([
      'installing into /cache/f',
      'looking for programs, space and earlier downloads: 0.5 s',
      'fetching @tensorflow/tfjs-node 4.22.0, 313 kB: kept from before',
      '  26.8 % of 187 MB, 2 min left',
      '  100 % of 187 MB, 0 s left',
      'fetching tensorflow-cpu 2.13.1, 187 MB: 186.6 s',
      '',
    ])
  })

  it('of the backends are which work, which `auto` takes, and how to get the others', async () => {
    vi.stubEnv('SNNX_CACHE', join(folder, 'empty'))
    const statuses = await describeBackends(['native', 'tensorflow', 'wasm', 'cpu'], async (name) => {
      if (name !== 'native') return
      const reason = new SnnxError('SNX1001', 'not built', { help: 'build it' })
      throw new SnnxError('SNX1001', 'not available', { help: 'use another', cause: new AggregateError([reason]) })
    })
    expect(statuses.map(({ name, available, auto }) => [name, available, auto])).toEqual([
      ['native', false, false],
      ['tensorflow', false, false],
      ['wasm', true, true],
      ['cpu', true, false],
    ])
    expect(statuses[0]).toMatchObject({ missing: 'not built', help: 'build it' })
    expect(statuses[1]).toMatchObject({ missing: 'it is not installed' })
    expect(statuses[1]!.help).toBe('`snnx backend add tensorflow` fetches 187 MB and takes 561 MB on disk')
    expect(statuses[2]).toMatchObject({ missing: null, help: null })
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
