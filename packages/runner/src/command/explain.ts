import { SnnxError } from '@snnx/ir'
import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { explainCode } from '../explain.ts'
import { act, print } from './act.ts'

export function defineExplain(program: Command): void {
  program
    .command('explain')
    .summary('explain the code of an error')
    .description('Explains the code of an error or a warning: what it means, an example and how to mend it.')
    .argument('<code>', 'such as SNX0203')
    .action(
      act(async (code: string) => {
        const explanation = explainCode(code.toUpperCase())
        if (explanation === null) {
          throw new SnnxError('SNX1036', `there is no code ${JSON.stringify(code)}`, {
            help: 'a code looks like SNX0203',
          })
        }
        print(`${explanation.trimEnd()}\n`)
        return EXIT.ok
      }),
    )
}
