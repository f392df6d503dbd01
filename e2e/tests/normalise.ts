import { cpus } from 'node:os'
import type { Ended } from './command.ts'

/**
 * A command's whole answer as a transcript. Hashes become `<job 1>` in the order in which they appear, the folder `<here>`,
 * the machine's processor `<processor>`.
 */
export function transcribe(parameters: readonly string[], { code, stdout, stderr }: Ended, folder: string): string {
  const jobs = new Map<string, number>()
  const name = (hash: string) => {
    const known = [...jobs].find(([job]) => job.startsWith(hash) || hash.startsWith(job))?.[1]
    if (known === undefined) jobs.set(hash, jobs.size + 1)
    return `<job ${known ?? jobs.size}>`
  }
  const plain = (text: string) =>
    text
      .replaceAll(folder, '<here>')
      .replaceAll(cpus()[0]?.model.trim() || 'unknown', '<processor>')
      .replace(/(?<![.\w])(?=[0-9a-f]*\d)[0-9a-f]{16}\b/g, name)
      .replace(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8}$/gm, name)
  return `$ snnx ${plain(parameters.join(' '))}\n${plain(stdout)}${stderr === '' ? '' : `--- stderr\n${plain(stderr)}`}--- exit code ${code}\n`
}

/**
 * What was measured becomes `#`: decimal fractions, whole numbers of two digits and more, digests; and the
 * blanks around them, whose number depends on theirs, become two.
 */
export function dropFigures(transcript: string): string {
  return (
    transcript
      // The share of synapses beside that of weights: it may or may not be a whole number.
      .replace(/(?<=fashion_mini .* %) +[\d.]+ %/g, '  # %')
      .replace(/ {2}\d+ (s|min) left$/gm, '') // there is none before there is a pace
      .replace(/\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '#')
      .replace(
        /("(?:test|validation|dense)Accuracy": |"(?:synops|macs|acs|activationSparsity|energyPJ)": |"latencyMs": )[^,\n]+/g,
        '$1#',
      )
      .replace(/(?<![\w<.])\d+(,\d{3})*\.\d+(e[+-]?\d+)?(?![\w.])/g, '#')
      .replace(/(?<![\w<.,])(\d+(,\d{3})+|\d\d+)(?![\w.]|,\d| %)/g, '#')
      .replace(/\b\d+ (?=s,|s$)/gm, '# ')
      .replace(/(?<=\S) {2,}/g, '  ')
  )
}
