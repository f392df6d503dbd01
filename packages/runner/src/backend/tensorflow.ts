import Module, { createRequire } from 'node:module'
import { join } from 'node:path'
import { SnnxError } from '@snnx/ir'
import { STAND_INS } from './assemble.ts'
import { BINDING, inspect, locate, type Place, packageFolder } from './place.ts'
import { RELEASE } from './release.ts'

/** The classes and functions of tfjs-node that are used. */
interface NodeBackend {
  NodeJSKernelBackend: new (binding: unknown, packageName: string) => object
}

/**
 * Loads tfjs-node's kernels and binding from where `snnx backend add tensorflow` puts them, onto the tfjs of the caller:
 * its kernels are registered there.
 *
 * Not by tfjs-node's own entry: that would bring a second tfjs, with gradients and backends that replace the engine's, and
 * file formats and callbacks that nobody here needs.
 * @param tfjs the module `@tensorflow/tfjs-core` that the kernels are to be registered with
 * @returns what makes the backend, for tfjs's `registerBackend`
 * @throws SnnxError SNX1001 when it is not installed or the installation is damaged
 */
export async function loadTensorflow(tfjs: object, place: Place = locate(RELEASE)): Promise<() => object> {
  const fault = await inspect(place.folder, RELEASE)
  if (fault !== null) {
    throw new SnnxError('SNX1001', `the backend \`tensorflow\` cannot be used: ${fault}`, {
      help: 'install it with `snnx backend add tensorflow`',
    })
  }
  const require = createRequire(join(place.folder, 'package.json'))
  for (const name of STAND_INS) {
    const path = require.resolve(name)
    require.cache[path] = Object.assign(new Module(path), { exports: tfjs, loaded: true })
  }
  replaceDeprecated(require('node:util'))
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2' // else libtensorflow greets on stderr
  const binding: unknown = require(`./${BINDING}`)
  const dist = `./${packageFolder(RELEASE.packages.binding.name)}/dist`
  require(`${dist}/register_all_kernels`)
  const { NodeJSKernelBackend } = require(`${dist}/nodejs_kernel_backend`) as NodeBackend
  return () => new NodeJSKernelBackend(binding, RELEASE.packages.binding.name)
}

/** tfjs-node calls two functions of Node that warn since Node 22 and are gone since Node 23. */
function replaceDeprecated(util: Record<string, unknown>): void {
  util.isArray = Array.isArray
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined
}
