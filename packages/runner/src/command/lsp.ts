import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { act } from './act.ts'

export function defineLsp(program: Command): void {
  program
    .command('lsp')
    .summary('serve editors over stdin and stdout')
    .description('Serves editors over stdin and stdout by the Language Server Protocol, until the editor ends it.')
    .option('--stdio', 'what some editors add; there is no other way')
    .action(
      act(async () => {
        const { startServer } = await import('@snnx/language-server')
        startServer()
        return EXIT.ok
      }),
    )
}
