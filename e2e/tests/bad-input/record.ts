import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Result } from '@snnx/ir'
import { expect } from 'vitest'
import type { BadInput, Project } from './case.ts'

/** A change of the minimax job's record. */
const change = (edit: (record: Result, project: Project) => void) => (project: Project) => {
  const path = project.record('minimax')
  const record = JSON.parse(readFileSync(path, 'utf8')) as Result
  edit(record, project)
  writeFileSync(path, JSON.stringify(record))
}
const replace = (text: string) => (project: Project) => writeFileSync(project.record('minimax'), text)

const BROKEN: [name: string, spoil: BadInput['spoil'], code: string][] = [
  ['an empty record', replace(''), 'SNX0901'],
  ['half a record', (project) => truncateSync(project.record('minimax'), 500), 'SNX0901'],
  ['a record of text', replace('hello'), 'SNX0901'],
  ['a merge conflict', replace('<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n'), 'SNX0901'],
  ['a record of null', replace('null'), 'SNX0903'],
  ['a record that is a list', replace('[]'), 'SNX0903'],
  ['lists in lists without end', replace('['.repeat(200_000) + ']'.repeat(200_000)), 'SNX0903'],
  ['a record of a later format', change((record) => Object.assign(record, { format: 2 })), 'SNX0902'],
  [
    'a record without nodes',
    change((record) => {
      record.nodes = []
    }),
    'SNX0903',
  ],
  ['a record without a seed', change((record) => delete (record.job as Partial<Result['job']>).seed), 'SNX0903'],
  [
    'a negative count',
    change((record) => {
      record.nodes[0]!.layers[0]!.kept = -1
    }),
    'SNX0903',
  ],
  ['a count that is a text', change((record) => Object.assign(record.nodes[0]!.test, { correct: '9000' })), 'SNX0903'],
  ['a field nobody knows', change((record) => Object.assign(record, { verified: true })), 'SNX0903'],
  ['a prototype in disguise', replace('{"__proto__": {"format": 1}}'), 'SNX0903'],
  [
    'a seed changed afterwards',
    change((record) => {
      record.job.seed = 7
    }),
    'SNX0905',
  ],
  ['a method changed afterwards', change((record) => Object.assign(record.job.compress!, { span: 3 })), 'SNX0905'],
  [
    'other data claimed',
    change((record) => {
      record.data.digest = '0'.repeat(64)
    }),
    'SNX0905',
  ],
  [
    'a record under the name of another',
    (project) => copyFileSync(project.record('dense'), project.record('minimax')),
    'SNX0904',
  ],
  [
    'a record renamed',
    (project) => renameSync(project.record('minimax'), join(dirname(project.record('minimax')), 'best.json')),
    'SNX0904',
  ],
  [
    'a folder for a record',
    (project) => {
      rmSync(project.record('minimax'))
      mkdirSync(project.record('minimax'))
    },
    'SNX1015',
  ],
  [
    'a link to nowhere',
    (project) => {
      rmSync(project.record('minimax'))
      symlinkSync('nowhere', project.record('minimax'))
    },
    'SNX1014',
  ],
]

/** Records that cannot be used: `report` names each and shows the others. */
export const RECORDS: BadInput[] = [
  ...BROKEN.map(
    ([name, spoil, code]): BadInput => ({
      name,
      state: 'finished',
      spoil,
      command: ['report'],
      code,
      exit: 1,
      afterwards: ({ stdout }, { jobs }) => {
        expect(stdout).toContain(jobs.magnitude.slice(0, 8))
        expect(stdout).not.toContain(jobs.minimax.slice(0, 8))
      },
    }),
  ),
  {
    name: 'an escape sequence in a name is shown, not sent to the terminal',
    state: 'finished',
    spoil: change((record) => {
      record.experiment = '\u001b]0;owned\u0007tiny'
    }),
    command: ['report'],
    code: '\\x1b]0;owned\\x07tiny',
    exit: 0,
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what must not be there
    afterwards: ({ stdout, stderr }) => expect(stdout + stderr).not.toMatch(/\u001b/),
  },
  { name: 'no such folder', state: 'fresh', spoil: () => {}, command: ['report', 'nothing'], code: 'SNX1014', exit: 5 },
  {
    name: 'a finished run with a spoilt record',
    state: 'finished',
    spoil: replace('{}'),
    command: ['run', 'tiny/tiny.snnx'],
    code: 'SNX0903',
    exit: 1,
  },
  {
    name: 'a spoilt dense record that a job starts from',
    state: 'interrupted',
    spoil: (project) => writeFileSync(project.record('dense'), '{}'),
    command: ['run', 'tiny/tiny.snnx'],
    code: 'SNX0903',
    exit: 1,
  },
]
