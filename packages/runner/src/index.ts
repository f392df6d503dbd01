export { EXIT, EXIT_MEANINGS, type ExitCode } from './exit-code.ts'
export { createProgram } from './program.ts'
