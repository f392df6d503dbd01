import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BadInput, Project } from './case.ts'

const checkpoint = (project: Project) => join(project.run('minimax'), 'checkpoint.safetensors')
const index = (project: Project) => join(project.run('minimax'), 'checkpoint.json')
const events = (project: Project) => join(project.run('minimax'), 'events.jsonl')

/** Other bytes in place of the checkpoint, with the index of whoever forged them. */
function forge(project: Project, bytes: Uint8Array) {
  writeFileSync(checkpoint(project), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { checkpoints } = JSON.parse(readFileSync(index(project), 'utf8'))
  writeFileSync(index(project), JSON.stringify({ checkpoints: [{ ...checkpoints.at(-1), sha256 }] }))
}

/** A safetensors file with this header and nothing else. */
function safetensors(header: string): Uint8Array {
  const text = Buffer.from(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text])
}

const flip = (path: string, at: number) => {
  const bytes = readFileSync(path)
  bytes[at < 0 ? bytes.length + at : at]! ^= 1
  writeFileSync(path, bytes)
}
const otherJob = (project: Project) =>
  forge(
    project,
    Buffer.from(
      readFileSync(checkpoint(project)).toString('latin1').replaceAll(project.jobs.minimax, project.jobs.magnitude),
      'latin1',
    ),
  )

const LINES: [name: string, spoil: BadInput['spoil'], code: string][] = [
  ['an empty checkpoint', (project) => truncateSync(checkpoint(project)), 'SNX0811'],
  ['half a checkpoint', (project) => truncateSync(checkpoint(project), 5000), 'SNX0811'],
  ['one bit flipped in the header', (project) => flip(checkpoint(project), 12), 'SNX0811'],
  ['one bit flipped in the last weight', (project) => flip(checkpoint(project), -1), 'SNX0811'],
  ['text for a checkpoint', (project) => writeFileSync(checkpoint(project), 'hello'), 'SNX0811'],
  ['no index', (project) => rmSync(index(project)), 'SNX0812'],
  ['an empty index', (project) => writeFileSync(index(project), ''), 'SNX0812'],
  ['an index of null', (project) => writeFileSync(index(project), 'null'), 'SNX0812'],
  ['an index that lists nothing', (project) => writeFileSync(index(project), '{"checkpoints":[]}'), 'SNX0811'],
  [
    'an index that counts backwards',
    (project) =>
      writeFileSync(index(project), readFileSync(index(project), 'utf8').replaceAll('"events":', '"events":-')),
    'SNX0812',
  ],
  [
    'an index that is a folder',
    (project) => {
      rmSync(index(project))
      mkdirSync(index(project))
    },
    'SNX1015',
  ],
  ['no event log', (project) => rmSync(events(project)), 'SNX0813'],
  ['an event log cut short', (project) => truncateSync(events(project), 100), 'SNX0813'],
  ['a checkpoint of four bytes, forged', (project) => forge(project, Buffer.of(1, 2, 3, 4)), 'SNX0801'],
  [
    'a header longer than the file, forged',
    (project) => forge(project, Buffer.from('ffffffffffffff7f', 'hex')),
    'SNX0801',
  ],
  ['a header that is no JSON, forged', (project) => forge(project, safetensors('{]')), 'SNX0801'],
  ['a header that is a list, forged', (project) => forge(project, safetensors('[]')), 'SNX0801'],
  [
    'a tensor outside the file, forged',
    (project) => forge(project, safetensors('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}')),
    'SNX0801',
  ],
  ['a checkpoint without metadata, forged', (project) => forge(project, safetensors('{}')), 'SNX0803'],
  [
    'a checkpoint of a later version, forged',
    (project) => forge(project, safetensors('{"__metadata__":{"format":"snnx-checkpoint-9"}}')),
    'SNX0803',
  ],
  ['the checkpoint of another job, forged', otherJob, 'SNX0803'],
  [
    'the weights of another job for a checkpoint',
    (project) => forge(project, readFileSync(project.weights('dense', 'dense'))),
    'SNX0803',
  ],
  ['the dense weights gone', (project) => rmSync(project.weights('dense', 'dense')), 'SNX0821'],
  ['the dense weights cut', (project) => truncateSync(project.weights('dense', 'dense'), 1000), 'SNX0822'],
  [
    'the dense weights of another file',
    (project) => copyFileSync(project.spec, project.weights('dense', 'dense')),
    'SNX0822',
  ],
]

/** A run that was stopped, and then something happened to what it goes on from. */
export const CHECKPOINTS: BadInput[] = LINES.map(([name, spoil, code]) => ({
  name,
  state: 'interrupted',
  // Without the job that needs no checkpoint, so that nothing at all may change.
  spoil: (project) => {
    writeFileSync(project.spec, readFileSync(project.spec, 'utf8').replace('[minimax, magnitude]', '[minimax]'))
    spoil(project)
  },
  command: ['run', 'tiny/tiny.snnx'],
  code,
  exit: code.startsWith('SNX10') ? 5 : 4,
}))
