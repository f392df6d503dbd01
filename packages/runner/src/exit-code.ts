import { SnnxError } from '@snnx/ir'

/** The exit codes of the command, as its help shows them. */
export const EXIT = {
  ok: 0,
  findings: 1,
  usage: 2,
  spec: 3,
  data: 4,
  storage: 5,
  installation: 6,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What each exit code means. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'all is well',
  1: 'a finding: a job failed, a record is invalid or does not verify, a file is not formatted',
  2: 'wrong use of the command (SNX103x)',
  3: 'the spec has errors (SNX01-06)',
  4: 'data, a checkpoint or a weights file is missing or unusable (SNX07, SNX08)',
  5: 'a file cannot be read or written: not there, disk full, read-only (SNX101x)',
  6: 'the installation is incomplete: no fitting Node, not built, no such backend, or it cannot be added (SNX1001, SNX1003, SNX1004, SNX104x)',
  130: 'interrupted; what was done is kept, and the same command goes on',
}

/** The exit code of an error, by the family of its code. */
export function exitCodeOf(error: unknown): ExitCode {
  const code = error instanceof SnnxError ? error.code : ''
  if (/^SNX0[1-6]/.test(code)) return EXIT.spec
  if (/^SNX0[78]/.test(code)) return EXIT.data
  if (code === 'SNX1001' || code === 'SNX1003' || code === 'SNX1004' || /^SNX104/.test(code)) return EXIT.installation
  if (/^SNX101/.test(code)) return EXIT.storage
  if (/^SNX103/.test(code)) return EXIT.usage
  return EXIT.findings
}
