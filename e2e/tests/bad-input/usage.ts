import { copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BadInput } from './case.ts'

const LINES: [command: string, code: string][] = [
  ['frobnicate', 'SNX1031'],
  ['run', 'SNX1031'],
  ['run a.snnx b.snnx', 'SNX1031'],
  ['run tiny/tiny.snnx --jobs none', 'SNX1031'],
  ['run tiny/tiny.snnx --jobs -1', 'SNX1031'],
  ['run tiny/tiny.snnx --jobs 1.5', 'SNX1031'],
  ['run tiny/tiny.snnx --jobs', 'SNX1031'],
  ['run tiny/tiny.snnx --fast', 'SNX1031'],
  ['check', 'SNX1031'],
  ['fmt - a.snnx', 'SNX1031'],
  ['fmt --width 100', 'SNX1031'],
  ['explain', 'SNX1031'],
  ['explain ../../etc/passwd', 'SNX1036'],
  ['explain constructor', 'SNX1036'],
  ['verify', 'SNX1031'],
  ['verify abc', 'SNX1034'],
  ['verify ../../x', 'SNX1034'],
  ['verify 0123456789abcdef', 'SNX1032'],
  ['verify 0123 --experiments', 'SNX1031'],
]

/** Wrong use of the command. */
export const USAGE: BadInput[] = [
  ...LINES.map(
    ([command, code]): BadInput => ({
      name: `snnx ${command}`,
      state: 'finished',
      spoil: () => {},
      command: command.split(' '),
      code,
      exit: 2,
    }),
  ),
  {
    name: 'a beginning of two hashes',
    state: 'finished',
    spoil: (project) => {
      const path = project.record('minimax')
      copyFileSync(path, join(dirname(path), `${project.jobs.minimax.slice(0, 4)}${'0'.repeat(12)}.json`))
    },
    command: ['verify', 'MINI'],
    code: 'SNX1033',
    exit: 2,
  },
]
