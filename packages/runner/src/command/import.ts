import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeLibrary, writeSpec } from '@snnx/dsl'
import { DATASETS, inferFlow, isEventSet, type KnownName, type Network, SnnxError } from '@snnx/ir'
import { type Command, Option } from 'commander'
import { EXIT } from '../exit-code.ts'
import { decodeNir } from '../nir/hdf5.ts'
import { writeAtomic } from '../store/atomic.ts'
import { readBytes } from '../store/bytes.ts'
import { storageError } from '../store/storage.ts'
import { act, print, printJson } from './act.ts'
import { parseCount, parseSeconds } from './option.ts'

interface ImportOptions {
  to: string
  dataset?: KnownName
  steps?: number
  dt?: number
  json?: true
}

export function defineImport(program: Command): void {
  program
    .command('import')
    .summary('take over a network from another tool')
    .description(
      'Reads a NIR file and writes its network as NAME.snnx and its weights as NAME.safetensors. What does not fit, such as a recurrent connection, is an error that names the node. Files that are there are never replaced.',
    )
    .argument('<file>', 'a .nir file')
    .option('--to <dir>', 'folder to write to', '.')
    .addOption(
      new Option(
        '--dataset <name>',
        'data set to measure it on: the .snnx file is a whole spec then, which starts from the weights, else the network alone',
      ).choices(Object.keys(DATASETS)),
    )
    .option('--steps <n>', 'time steps of one inference (default: those the file names, else 8)', parseCount)
    .option('--dt <seconds>', 'length of a step (default: that the file names, else 0.0001)', parseSeconds)
    .option('--json', 'print what was written as JSON')
    .action(
      act(async (file: string, options: ImportOptions) => {
        const bytes = await readBytes(file).catch((error) => {
          throw storageError(error, 'read', file)
        })
        const { encodeWeights, importNir } = await import('@snnx/core')
        const { steps, dt, dataset, to } = options
        const stem = nameNetwork(file)
        const { network: taken, weights } = importNir(await decodeNir(bytes, file), {
          name: stem,
          ...(steps === undefined ? {} : { steps }),
          ...(dt === undefined ? {} : { dt }),
        })
        const network: Network = dataset !== undefined && isEventSet(dataset) ? { ...taken, changing: true } : taken
        if (dataset !== undefined) requireFit(network, dataset)
        const [spec, values] = [join(to, `${stem}.snnx`), join(to, `${stem}.safetensors`)]
        const notes = [`From ${basename(file)}; its weights are in ${basename(values)}.`]
        const text =
          dataset === undefined
            ? writeLibrary(network, notes)
            : writeSpec(network, { dataset, start: basename(values), notes })
        for (const path of [spec, values]) if (existsSync(path)) refuseToReplace(path)
        await create(values, encodeWeights(network, weights))
        await create(spec, text)
        if (options.json) printJson({ network, spec, weights: values })
        else print(`${spec}: network \`${stem}\`\n${values}: its weights\n`)
        return EXIT.ok
      }),
    )
}

/** A name that the language takes, from the file's. */
function nameNetwork(file: string): string {
  const words = basename(file)
    .replace(/\.nir$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
  return `${words.replace(/^[^a-z]+/, '').replace(/_$/, '') || 'nir'}_net`
}

/** @throws SnnxError SNX1038 when the network does not take the data set's examples or tell its classes apart */
function requireFit(network: Network, dataset: KnownName): void {
  const { shape, classes, title } = DATASETS[dataset]
  const { problem } = inferFlow({ ...network, input: [...shape], classes })
  if (problem === null) return
  throw new SnnxError('SNX1038', `the network does not fit ${title}: ${problem.reason}`, {
    help: `it takes ${network.input.join(' x ')} and has ${network.classes} outputs; name another data set, or none`,
  })
}

/** @throws SnnxError SNX1039 when a file is there */
async function create(path: string, content: Uint8Array | string): Promise<void> {
  if (!(await writeAtomic(path, content, 'create'))) refuseToReplace(path)
}

function refuseToReplace(path: string): never {
  throw new SnnxError('SNX1039', `${path} is there already; it was left as it is`, {
    help: 'choose another folder with --to, or move the file away',
  })
}
