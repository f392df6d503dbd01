import type { WorkerMessage, WorkerOrder } from './task.ts'

/** The worker's side of the quiet room: holds still while another job measures, and asks for its own quiet moment. */
export class Turns {
  readonly #send: (message: WorkerMessage) => void
  #holding = false
  #resume: (() => void) | null = null
  #granted: (() => void) | null = null

  constructor(send: (message: WorkerMessage) => void) {
    this.#send = send
  }

  /** Takes an order of the parent. */
  take({ type }: WorkerOrder): void {
    if (type === 'hold') {
      this.#holding = true
      if (this.#resume) this.#send({ type: 'held' }) // it holds still since an earlier measurement
    }
    if (type === 'grant') {
      // It was told to hold while it waited; nobody else measures now, and nobody resumes the one that did.
      this.#holding = false
      this.#granted?.()
    }
    if (type === 'resume') this.goOn()
  }

  /** Nobody measures any more, or nobody is there to say so. */
  goOn(): void {
    this.#holding = false
    this.#granted?.()
    this.#resume?.()
  }

  /** Waits while another job measures. */
  async turn(): Promise<void> {
    if (!this.#holding) return
    this.#send({ type: 'held' })
    await new Promise<void>((resolve) => {
      this.#resume = resolve
    })
    this.#resume = null
  }

  /** Measures while all others hold still. */
  async alone<Measured>(measure: () => Measured): Promise<Measured> {
    if (!process.connected) return measure()
    await new Promise<void>((resolve) => {
      this.#granted = resolve
      this.#send({ type: 'request' })
    })
    this.#granted = null
    try {
      return measure()
    } finally {
      this.#send({ type: 'release' })
    }
  }
}
