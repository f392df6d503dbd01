import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BINDING, type Place, packageFolder } from './place.ts'
import { type ProgramOptions, runStep } from './program.ts'
import type { Package, Release, Wheel } from './release.ts'
import { compiler } from './requirement.ts'

/**
 * tfjs-node asks Node for these two and must get the very tfjs that the engine uses (`loadTensorflow` sees to it), so
 * there are only places for them, which also say what happened when somebody loads tfjs-node in another way.
 */
export const STAND_INS = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'] as const
const STAND_IN = "throw new Error('this copy of tfjs-node works only inside of snnx')\n"

/** Python's zipfile keeps members inside of the folder, whatever their names say. */
const EXTRACT = `
import sys, zipfile
wheel, folder, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(tuple(wanted))])
`

const DAMAGED = 'run the command again; if that does not help, remove the folder `tensorflow` in the cache'

/** Unpacks the npm packages that are needed to run into `folder/node_modules`, and makes the stand-ins. */
export async function unpackPackages(
  release: Release,
  place: Place,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { binding, runtime } = release.packages
  for (const each of [binding, ...runtime]) {
    await unpackPackage(each, place, join(folder, packageFolder(each.name)), signal)
  }
  for (const name of STAND_INS) {
    await mkdir(join(folder, packageFolder(name)), { recursive: true })
    await writeFile(join(folder, packageFolder(name), 'index.js'), STAND_IN)
  }
}

/** Unpacks the libraries into `folder/lib`, and the headers into `scratch`. */
export async function unpackWheel(
  wheel: Wheel,
  place: Place,
  folder: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const { libraries, include } = wheel
  const wanted = [...libraries.map(({ path }) => path), ...include.wanted.map((path) => `${include.folder}/${path}`)]
  await runStep(
    ['python3', '-I', '-c', EXTRACT, join(place.downloads, wheel.file), scratch, ...wanted],
    { folder, signal },
    { code: 'SNX1045', what: `unpacking ${wheel.file}`, help: DAMAGED },
  )
  await mkdir(join(folder, 'lib'), { recursive: true })
  for (const { path } of libraries) await rename(join(scratch, path), join(folder, 'lib', basename(path)))
}

/** Compiles tfjs-node's binding against the unpacked libraries, which it finds beside itself wherever the folder goes. */
export async function compileBinding(
  release: Release,
  place: Place,
  folder: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  const { packages, wheel } = release
  const headers = join(scratch, 'node-api')
  await unpackPackage(packages.headers, place, headers, signal)
  const sources = join(folder, packageFolder(packages.binding.name), 'binding')
  await runStep(
    [
      ...compiler(),
      ...['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...[`-I${join(headers, 'include')}`, `-I${join(scratch, wheel.include.folder)}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(sources, source)),
      ...['-o', join(folder, BINDING), `-L${join(folder, 'lib')}`],
      ...wheel.libraries.map(({ path }) => `-l:${basename(path)}`),
      '-Wl,-rpath,$ORIGIN',
    ],
    { folder: scratch, environment: { ...process.env, TMPDIR: scratch }, signal },
    {
      code: 'SNX1045',
      what: 'compiling the binding',
      help: 'a C++17 compiler for this machine is needed, such as g++ 9',
    },
  )
}

/** Prints the version of libtensorflow that the binding was linked with, or why it does not load. */
const START = `
try { process.stdout.write(require(process.argv[1]).TF_Version) }
catch (error) { process.stderr.write(error.message); process.exitCode = 1 }
`

/** Loads the binding in a process of its own. @returns the version of libtensorflow */
export async function startBinding(folder: string, options: ProgramOptions): Promise<string> {
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }
  return runStep(
    [process.execPath, '-e', START, join(folder, BINDING)],
    { ...options, environment },
    { code: 'SNX1046', what: 'starting libtensorflow', help: 'use `backend = auto`, which takes the fastest there is' },
  )
}

async function unpackPackage({ file }: Package, place: Place, folder: string, signal: AbortSignal): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await runStep(
    ['tar', '-xzf', join(place.downloads, file), '--strip-components=1', '--no-same-owner', '-C', folder],
    { folder, signal },
    { code: 'SNX1045', what: `unpacking ${file}`, help: DAMAGED },
  )
}
