import { type Result, type ResultNode, SnnxError } from '@snnx/ir'
import { type Command, InvalidArgumentError } from 'commander'
import { EXIT } from '../exit-code.ts'
import { formatBytes, formatShare } from '../format.ts'
import { locateRecord } from '../locate-record.ts'
import { encodeNir } from '../nir/hdf5.ts'
import { writeAtomic } from '../store/atomic.ts'
import { readRecord } from '../store/record.ts'
import { loadWeights } from '../store/weights.ts'
import { act, print, printJson } from './act.ts'
import { parseSeconds } from './option.ts'

interface ExportOptions {
  nir: string
  node?: number
  experiments: string
  dt?: number
  json?: true
}

export function defineExport(program: Command): void {
  program
    .command('export')
    .summary('write a trained network for other tools')
    .description(
      'Writes the network of a job, at one of its nodes, as a NIR file, which the Python package nir and the tools built on it read. What NIR does not have, such as max pooling, is an error that names the layer. The weights themselves are safetensors and need no export: docs/weights-format.md.',
    )
    .argument('<job>', "a job's hash, or as much of its beginning as is unique (at least 4 digits)")
    .requiredOption('--nir <file>', 'the NIR file to write; one that is there is replaced')
    .option('--node <share>', 'which node, by its target connectivity, such as 5% (default: the last one)', parseShare)
    .option('--experiments <dir>', 'folder below which records are looked for', '.')
    .option('--dt <seconds>', 'length of a step (default: 0.0001, which most readers take for granted)', parseSeconds)
    .option('--json', 'print what was written as JSON')
    .action(
      act(async (job: string, options: ExportOptions) => {
        const { path, experiment } = await locateRecord(job, options.experiments)
        const record = await readRecord(path)
        const node = findNode(record, options.node)
        const weights = await loadWeights(experiment, record, node)
        const { decodeWeights, exportNir } = await import('@snnx/core')
        const { network } = record.job
        const graph = exportNir(network, decodeWeights(network, weights, node.weights.file), options.dt)
        const bytes = await encodeNir(graph)
        await writeAtomic(options.nir, bytes)
        if (options.json) {
          printJson({ job: record.hash, node: node.target, file: options.nir, bytes: bytes.length })
          return EXIT.ok
        }
        const what = node.target === null ? 'dense' : `at ${formatShare(node.target)}`
        print(
          `${options.nir}: network \`${network.name}\` of job ${record.hash}, ${what}, ${formatBytes(bytes.length)}\n`,
        )
        return EXIT.ok
      }),
    )
}

/** `5%` or `5 %` as 0.05. */
function parseShare(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?) ?%$/.exec(text) ?? []
  const share = Number(number) / 100
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError('it must be a share such as 5%')
  return share
}

/** The node with this target, or the last one. @throws SnnxError SNX1037 when the job has no such node */
function findNode(record: Result, share: number | undefined): ResultNode {
  if (share === undefined) return record.nodes.at(-1)!
  const found = record.nodes.find(({ target }) => target !== null && Math.abs(target - share) <= 1e-9)
  if (found) return found
  const targets = record.nodes.map(({ target }) => (target === null ? 'the dense network' : formatShare(target)))
  throw new SnnxError('SNX1037', `job ${record.hash} has no node at ${formatShare(share)}`, {
    help: `it has ${targets.join(', ')}`,
  })
}
