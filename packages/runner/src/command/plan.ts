import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { describeTask } from '../plan.ts'
import { describePlan } from '../plan-table.ts'
import { planSpec } from '../spec.ts'
import { act, print, printJson } from './act.ts'

export function definePlan(program: Command): void {
  program
    .command('plan')
    .summary('show the jobs of a spec and how far each is')
    .description(
      'Shows the jobs of a spec: what they cost, the epochs they train and how far each is. Dense networks come first; each is trained once and shared.',
    )
    .argument('<file>', 'a .snnx file')
    .option('--state <dir>', 'folder of checkpoints and event logs (default: .snnx in the root of the project)')
    .option('--json', 'print an array of jobs')
    .action(
      act(async (file: string, options: { state?: string; json?: true }) => {
        const plan = await planSpec(file, options.state)
        if (options.json) printJson(plan.tasks.map(describeTask))
        else print(describePlan(plan))
        return EXIT.ok
      }),
    )
}
