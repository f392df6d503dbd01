/** An npm package, fetched as the archive that its registry has. */
export interface Package {
  name: string
  version: string
  /** The archive's name as `npm pack` gives it. */
  file: string
  bytes: number
  sha512: string
}

/** A Python wheel, of which only the libraries and the headers of the C interface are used. */
export interface Wheel {
  name: string
  version: string
  file: string
  bytes: number
  sha256: string
  /** What pip is told, so that it takes this file whatever Python it runs on. */
  target: readonly string[]
  /** Shared libraries: their paths in the wheel. */
  libraries: readonly { path: string; bytes: number }[]
  /** The folder in the wheel that headers are included from, and what is needed of it, as beginnings of paths. */
  include: { folder: string; wanted: readonly string[] }
}

/** What an installation is made of. Every file is pinned by its digest, so it does not matter which mirror gave it. */
export interface Release {
  /** The installation's folder is named after it: another release goes beside it. */
  name: string
  platform: NodeJS.Platform
  arch: NodeJS.Architecture
  /** tfjs-node itself, what it needs to load, and the headers to compile it with. */
  packages: { binding: Package; runtime: readonly Package[]; headers: Package }
  wheel: Wheel
}

/** tfjs-node 4.22.0, the last one, on the newest libtensorflow that its C++ binding compiles against. */
export const RELEASE: Release = {
  name: 'tfjs-node-4.22.0-libtensorflow-2.13.1-linux-x64',
  platform: 'linux',
  arch: 'x64',
  packages: {
    binding: {
      name: '@tensorflow/tfjs-node',
      version: '4.22.0',
      file: 'tensorflow-tfjs-node-4.22.0.tgz',
      bytes: 228_166,
      sha512: 'uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==',
    },
    runtime: [
      {
        name: 'google-protobuf',
        version: '3.21.4',
        file: 'google-protobuf-3.21.4.tgz',
        bytes: 68_046,
        sha512: 'MnG7N936zcKTco4Jd2PX2U96Kf9PxygAPKBug+74LHzmHXmceN16MmRcdgZv+DGef/S9YvQAfRsNCn4cjf9yyQ==',
      },
    ],
    headers: {
      name: 'node-api-headers',
      version: '1.5.0',
      file: 'node-api-headers-1.5.0.tgz',
      bytes: 16_717,
      sha512: 'Yi/FgnN8IU/Cd6KeLxyHkylBUvDTsSScT0Tna2zTrz8klmc8qF2ppj6Q1LHsmOueJWhigQwR4cO2p0XBGW5IaQ==',
    },
  },
  wheel: {
    name: 'tensorflow-cpu',
    version: '2.13.1',
    file: 'tensorflow_cpu-2.13.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    bytes: 186_594_601,
    sha256: '87be6e61314b2c0fa062f71e26e41d6a17e162ffe4da72c820fe8f1fc94d97fe',
    target: ['--python-version=311', '--implementation=cp', '--abi=cp311', '--platform=manylinux2014_x86_64'],
    libraries: [
      { path: 'tensorflow/libtensorflow_cc.so.2', bytes: 516_698_128 },
      { path: 'tensorflow/libtensorflow_framework.so.2', bytes: 44_078_920 },
    ],
    include: {
      folder: 'tensorflow/include',
      wanted: [
        'tensorflow/c/',
        'tensorflow/tsl/c/',
        'tensorflow/core/platform/ctstring',
        'tensorflow/tsl/platform/ctstring',
      ],
    },
  },
}

/** All npm packages of a release. */
export function packagesOf({ packages }: Release): Package[] {
  return [packages.binding, ...packages.runtime, packages.headers]
}

/** Bytes to fetch for a release, and bytes an installation holds (its libraries, beside which all else is small). */
export function sizeOf(release: Release): { download: number; disk: number } {
  const packages = packagesOf(release).reduce((sum, { bytes }) => sum + bytes, 0)
  const libraries = release.wheel.libraries.reduce((sum, { bytes }) => sum + bytes, 0)
  return { download: packages + release.wheel.bytes, disk: libraries }
}
