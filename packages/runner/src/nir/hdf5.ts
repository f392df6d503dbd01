import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NirField, NirGraph, NirNode, NirNumbers } from '@snnx/core'
import { printable, SnnxError } from '@snnx/ir'
import type { Dataset, Group } from 'h5wasm/node'

/** What the files say they were written by: the layout is that of this version of the Python package `nir`. */
const VERSION = '1.0.8'
/** No field of a network has more bytes. */
const LARGEST = 2 ** 30
const GZIP = { compression: 'gzip', compression_opts: 4 } as const

/**
 * The graph in a `.nir` file.
 * @param source what the file is called in errors
 * @throws SnnxError SNX0841 when it is no HDF5 file with a NIR graph in it
 */
export async function decodeNir(bytes: Uint8Array, source: string): Promise<NirGraph> {
  return await inFile(async (path, { File }) => {
    await writeFile(path, bytes)
    try {
      const file = new File(path, 'r')
      if (file.file_id < 0n) throw new Error('it is not HDF5')
      try {
        return readGraph(groupIn(file, 'node'))
      } finally {
        file.close()
      }
    } catch (cause) {
      const reason = printable(cause instanceof Error ? cause.message : String(cause)).replaceAll(path, 'the file')
      throw new SnnxError('SNX0841', `${source} is no NIR file: ${reason}`, {
        help: 'NIR files are written by `snnx export` and by the Python package nir',
        cause,
      })
    }
  })
}

/** A graph as a `.nir` file: the layout that the Python package `nir` writes and reads. */
export async function encodeNir(graph: NirGraph): Promise<Uint8Array> {
  return await inFile(async (path, { File }) => {
    const file = new File(path, 'w')
    try {
      write(file, 'version', VERSION)
      const node = file.create_group('node')
      write(node, 'type', 'NIRGraph')
      const names = graph.edges.flat()
      node.create_dataset({ name: 'edges', data: names, shape: [graph.edges.length, 2], dtype: 'S' })
      const nodes = node.create_group('nodes')
      for (const [name, { type, fields }] of graph.nodes) {
        const group = nodes.create_group(name)
        write(group, 'type', type)
        for (const [field, value] of fields) write(group, field, value)
      }
      const metadata = node.create_group('metadata')
      for (const [key, value] of graph.metadata) write(metadata, key, value)
    } finally {
      file.close()
    }
    return new Uint8Array(await readFile(path))
  })
}

type Hdf5 = typeof import('h5wasm/node')

/** The HDF5 library works on files: this one is gone afterwards. It is loaded when it is first needed. */
async function inFile<Result>(work: (path: string, hdf5: Hdf5) => Promise<Result>): Promise<Result> {
  const hdf5 = await import('h5wasm/node')
  const library = await hdf5.ready
  // Errors are thrown, not printed.
  library.activate_throwing_error_handler()
  const folder = await mkdtemp(join(tmpdir(), 'snnx-nir-'))
  try {
    return await work(join(folder, 'graph.nir'), hdf5)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function write(group: Group, name: string, value: NirField): void {
  if (typeof value === 'string') {
    group.create_dataset({ name, data: [value], shape: [], dtype: 'S' })
    return
  }
  const { values, shape } = value
  const isWhole = values instanceof Int32Array
  const dtype = isWhole ? '<q' : values instanceof Float32Array ? '<f' : '<d'
  const data = isWhole ? BigInt64Array.from(values, BigInt) : values.slice()
  const isPacked = shape.length > 0 && values.length > 0 && !isWhole
  group.create_dataset({
    name,
    data,
    shape: [...shape],
    dtype,
    ...(isPacked ? { chunks: [...shape], ...GZIP } : {}),
  })
}

function readGraph(group: Group): NirGraph {
  const nodes = new Map<string, NirNode>()
  const held = groupIn(group, 'nodes')
  for (const name of held.keys()) {
    const node = groupIn(held, name)
    const type = readField(datasetIn(node, 'type'), 'type')
    if (typeof type !== 'string') throw new Error(`the type of node \`${name}\` is no text`)
    // A graph in a graph is named, not read.
    nodes.set(name, { type, fields: type === 'NIRGraph' ? new Map() : readFields(node) })
  }
  const metadata = group.keys().includes('metadata') ? readFields(groupIn(group, 'metadata')) : new Map()
  return { nodes, edges: readEdges(group), metadata }
}

function readEdges(group: Group): [string, string][] {
  const dataset = datasetIn(group, 'edges')
  const names: unknown = dataset.shape?.includes(0) ? [] : dataset.value
  if (!Array.isArray(names) || names.length % 2 !== 0 || names.some((name) => typeof name !== 'string')) {
    throw new Error('its edges are no pairs of names')
  }
  return Array.from({ length: names.length / 2 }, (_, edge) => [names[2 * edge], names[2 * edge + 1]])
}

/** The datasets of a group; groups in it, such as a node's own metadata, are left out. */
function readFields(group: Group): Map<string, NirField> {
  const fields = new Map<string, NirField>()
  for (const key of group.keys()) {
    if (key === 'type') continue
    const entry = group.get(key)
    if (entry !== null && 'shape' in entry && 'value' in entry) fields.set(key, readField(entry as Dataset, key))
  }
  return fields
}

function readField(dataset: Dataset, key: string): NirField {
  const { shape, metadata } = dataset
  if (shape === null) throw new Error(`\`${key}\` is empty`)
  if (metadata.size * metadata.total_size > LARGEST) throw new Error(`\`${key}\` is larger than any network`)
  const { value } = dataset
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0]
  const values = typeof value === 'number' || typeof value === 'bigint' ? [value] : value
  if (!isNumbers(values)) throw new Error(`\`${key}\` is of a type that NIR does not have`)
  return { shape: [...shape], values: convert(values) }
}

type Numbers = ArrayLike<number> | ArrayLike<bigint>

function isNumbers(value: unknown): value is Numbers {
  if (ArrayBuffer.isView(value)) return !(value instanceof DataView)
  return Array.isArray(value) && value.every((of) => typeof of === 'number' || typeof of === 'bigint')
}

function convert(values: Numbers): NirNumbers['values'] {
  if (values instanceof Float32Array) return values
  const plain = Float64Array.from(values as ArrayLike<number>, Number)
  return plain.every((value) => (value | 0) === value) && !(values instanceof Float64Array)
    ? Int32Array.from(plain)
    : plain
}

function groupIn(group: Group, name: string): Group {
  const entry = group.keys().includes(name) ? group.get(name) : null
  if (entry === null || !('create_group' in entry)) throw new Error(`it has no group \`${name}\``)
  return entry as Group
}

function datasetIn(group: Group, name: string): Dataset {
  const entry = group.keys().includes(name) ? group.get(name) : null
  if (entry === null || !('shape' in entry)) throw new Error(`it has no \`${name}\``)
  return entry as Dataset
}
