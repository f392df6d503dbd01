import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CASES } from './case.ts'
import type { Figure } from './figure.ts'
import type { Machine } from './machine.ts'
import type { Facts, Measured } from './measure.ts'
import { renderTables } from './table.ts'

/** What stands behind the figures, in a file of its own. */
export interface Background {
  machine: Machine
  cases: Record<string, Facts>
}

/**
 * The committed results: `latest.json` (figures), `picks.json` (what stands behind them) and `latest.md`. Every case that
 * is finished is written at once, so an interrupted run keeps what it has; other cases of this machine stay.
 */
export class Results {
  readonly #folder: string
  readonly #machine: Machine
  #figures: Figure[]
  readonly #cases: Record<string, Facts>

  constructor(folder: string, machine: Machine) {
    this.#folder = folder
    this.#machine = machine
    const before = read<Background>(join(folder, 'picks.json'))
    const figures = read<Figure[]>(join(folder, 'latest.json'))
    const same = before && figures && JSON.stringify(before.machine) === JSON.stringify(machine)
    this.#cases = same ? before.cases : {}
    this.#figures = same ? figures : []
  }

  add(name: string, { figures, facts }: Measured): void {
    this.#cases[name] = facts
    const all = Map.groupBy([...this.#figures.filter((of) => of.case !== name), ...figures], (of) => of.case)
    this.#figures = CASES.flatMap((of) => all.get(of.name) ?? [])
    const cases = Object.fromEntries(
      CASES.flatMap((of) => (this.#cases[of.name] ? [[of.name, this.#cases[of.name]!]] : [])),
    )
    const background: Background = { machine: this.#machine, cases }
    writeWhole(join(this.#folder, 'picks.json'), `${JSON.stringify(background, null, 2)}\n`)
    writeWhole(join(this.#folder, 'latest.json'), `${JSON.stringify(this.#figures, null, 2)}\n`)
    writeWhole(join(this.#folder, 'latest.md'), renderTables(this.#figures, background))
  }
}

/** Replaces a file in one go: nobody ever sees half of it. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(`${path}.part`, text)
  renameSync(`${path}.part`, path)
}

function read<Content>(path: string): Content | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content
  } catch {
    return null
  }
}
