import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { Result } from '@snnx/ir'
import type { BadInput, Project } from './case.ts'

const file = (project: Project) => project.weights('minimax', 'node-1')

/** A change of the minimax job's record. */
const change =
  (edit: (node: Result['nodes'][number], record: Result, project: Project) => void) => (project: Project) => {
    const path = project.record('minimax')
    const record = JSON.parse(readFileSync(path, 'utf8')) as Result
    edit(record.nodes[0]!, record, project)
    writeFileSync(path, JSON.stringify(record))
  }

/** Other bytes as the weights file, and the record's digest made to fit. */
const forge = (bytes: (project: Project) => Uint8Array) => (project: Project) => {
  const forged = bytes(project)
  writeFileSync(file(project), forged)
  change((node) => {
    node.weights.sha256 = createHash('sha256').update(forged).digest('hex')
    node.weights.bytes = forged.length
  })(project)
}

/** The weights file with its header changed as text of the same length. */
const relabel = (from: string, to: string) =>
  forge((project) => {
    const text = readFileSync(file(project)).toString('latin1')
    if (!text.includes(from) || from.length !== to.length) throw new Error(`no ${from}`)
    return Buffer.from(text.replace(from, to), 'latin1')
  })

const LINES: [name: string, spoil: BadInput['spoil'], code: string][] = [
  ['the weights gone', (project) => rmSync(file(project)), 'SNX0821'],
  ['the weights cut', (project) => truncateSync(file(project), 100), 'SNX0822'],
  ['empty weights', (project) => truncateSync(file(project)), 'SNX0822'],
  [
    'the weights of another node',
    (project) => copyFileSync(project.weights('minimax', 'node-2'), file(project)),
    'SNX0822',
  ],
  [
    'a folder for the weights',
    (project) => {
      rmSync(file(project))
      mkdirSync(file(project))
    },
    'SNX1015',
  ],
  [
    'weights outside the experiment',
    change((node) => {
      node.weights.file = '../../../etc/passwd'
    }),
    'SNX0823',
  ],
  [
    'weights at an absolute path',
    change((node) => {
      node.weights.file = '/etc/passwd'
    }),
    'SNX0823',
  ],
  [
    'weights of another job',
    change((node, _, { jobs }) => {
      node.weights.file = `weights/${jobs.dense}/dense.safetensors`
    }),
    'SNX0823',
  ],
  ['text for weights, forged', forge(() => Buffer.from('hello, these are no weights')), 'SNX0801'],
  ['weights of no tensor, forged', forge(() => Buffer.from('0200000000000000' + '7b7d', 'hex')), 'SNX0802'],
  ['a tensor of another type, forged', relabel('"F32"', '"F64"'), 'SNX0801'],
  ['a tensor of another name, forged', relabel('linear2', 'linear3'), 'SNX0802'],
  ['positions in an unknown form, forged', relabel('bits', 'stib'), 'SNX0802'],
  ['the dense network for a node, forged', forge((project) => readFileSync(project.weights('dense', 'dense'))), 'NO'],
  [
    'a better score than was measured',
    change((node) => {
      node.test.correct = 1999
    }),
    'NO',
  ],
  [
    'fewer weights than there are',
    change((node) => {
      node.layers[0]!.kept -= 1
      // At two steps and 2,000 test images: a record that agrees with itself.
      node.layers[0]!.keptMacs -= 2
      node.layers[0]!.synops -= 2 * 2000
      node.layers[0]!.synapses! -= 1
    }),
    'NO',
  ],
  [
    'fewer spikes than there were',
    change((node) => {
      node.neurons[0]!.spikes -= 1
    }),
    'NO',
  ],
]

/** Weights that do not belong to their record: `verify` finds it, and says so in its table. */
export const WEIGHTS: BadInput[] = LINES.map(([name, spoil, code]) => ({
  name,
  state: 'finished',
  spoil,
  command: ['verify', 'MINIMAX'],
  code,
  exit: 1,
}))
