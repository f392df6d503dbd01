import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodeWeights, exportNir, importNir, type NirGraph } from '@snnx/core'
import { parseResult } from '@snnx/ir'
import { decodeNir, encodeNir } from '../../../packages/runner/src/nir/hdf5.ts'

/*
 * What other tools make of our files: NIR graphs that we write, read back by the Python package `nir`, and weights files
 * tested with SpikingJelly. Their answers are fixtures, which the tests of every build compare ours with.
 */
const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const out = join(root, 'fixtures', 'exchange')
const peers = join(root, 'fixtures', 'peers')
const scripts = join(root, 'bench', 'peer')
/** Its records: 784-800-10 on Fashion-MNIST. */
const EXPERIMENT = join(root, 'experiments', 'fashion_mlp')

const python = process.env.SNNX_PEER_PYTHON
const images = process.env.SNNX_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist'

async function convolutional(): Promise<NirGraph> {
  const source = join(peers, 'nir-conv-avg.nir')
  const { network, weights } = importNir(await decodeNir(await readFile(source), source), { name: 'conv', steps: 5 })
  return exportNir(network, weights)
}

/** The file of the first seed's record of minimax. */
async function findRecord(): Promise<string> {
  const results = join(EXPERIMENT, 'results')
  for (const name of (await readdir(results)).sort()) {
    const { job } = parseResult(await readFile(join(results, name), 'utf8'), name)
    if (job.compress?.method === 'minimax' && job.seed === 0) return join(results, name)
  }
  throw new Error(`no record of minimax with seed 0 in ${results}`)
}

/** The network at its last node, 0.73 %. */
async function sparse(record: string): Promise<NirGraph> {
  const { job, nodes } = parseResult(await readFile(record, 'utf8'), record)
  const { file } = nodes.at(-1)!.weights
  const bytes = await readFile(join(EXPERIMENT, file))
  return exportNir(job.network, decodeWeights(job.network, bytes, file))
}

async function ask(script: string, ...parameters: string[]): Promise<unknown> {
  const { stdout } = await run(python!, [join(scripts, script), ...parameters], { maxBuffer: 2 ** 28 })
  return JSON.parse(stdout)
}

const save = (name: string, value: unknown) => writeFile(join(out, name), `${JSON.stringify(value)}\n`)

if (!python) {
  process.stderr.write('set SNNX_PEER_PYTHON to a Python that has nir, safetensors, torch and spikingjelly\n')
  process.exitCode = 1
} else {
  await mkdir(out, { recursive: true })
  const record = await findRecord()
  const files = { 'conv.nir': await convolutional(), 'fashion-mlp.nir': await sparse(record) }
  for (const [name, graph] of Object.entries(files)) await writeFile(join(out, name), await encodeNir(graph))
  await save('read-back.json', await ask('read_nir.py', ...Object.keys(files).map((name) => join(out, name))))
  await save('accuracy.json', {
    record: basename(record, '.json'),
    nodes: await ask('load_weights.py', record, images),
  })
  process.stdout.write(`written to ${out}\n`)
}
