import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How much of what a child complains of is kept for an error. */
const COMPLAINT = 2000

/**
 * A process that answers in JSON, one object a line: first what it has to say of itself, then one answer to each line it
 * is sent. It ends when its input does. Lines that are no objects are ignored.
 */
export class Child {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<void>
  #complaint = ''

  constructor(command: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#process = spawn(command, parameters, { env: { ...process.env, ...environment } })
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT)
    })
    this.#process.stdin!.on('error', () => {}) // a child that died is noticed by its missing answer
    this.#ended = new Promise((resolve) => {
      this.#process.on('exit', () => resolve())
      this.#process.on('error', (error) => {
        this.#complaint = error.message
        resolve()
      })
    })
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]()
  }

  /** The next answer. @throws Error with the child's last words when there is none */
  async answer<Answer>(): Promise<Answer> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done) throw new Error(`a child of the benchmark gave up: ${lastLine(this.#complaint) || 'no reason given'}`)
      if (value.startsWith('{')) return JSON.parse(value) as Answer
    }
  }

  /** Sends a request and waits for its answer. */
  ask<Answer>(request: object): Promise<Answer> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`)
    return this.answer()
  }

  /** Ends the process and waits until its memory is free again. */
  async stop(): Promise<void> {
    this.#process.kill()
    await this.#ended
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.trim()
}
