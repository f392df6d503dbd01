import { EXIT } from './exit-code.ts'
import { describeFailure, renderFailure } from './failure.ts'
import { createProgram, runProgram } from './program.ts'

// Whoever reads our output may stop reading (`snnx report | head`): that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.storage)
})

try {
  const [, , ...words] = process.argv
  await runProgram(await createProgram(words[0]), words)
} catch (error) {
  process.stderr.write(renderFailure(describeFailure(error), process.stderr))
  process.exitCode = EXIT.findings
}
