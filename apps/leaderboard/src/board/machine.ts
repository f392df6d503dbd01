import type { Board } from './board.ts'

/** The letter by which a board's table refers to a machine. */
export function letterMachine({ machines }: Pick<Board, 'machines'>, machine: string): string {
  return String.fromCodePoint(97 + (machines.indexOf(machine) % 26))
}
