/** A process that takes part: it can be told to hold still and to go on. */
export interface Member {
  hold(): void
  resume(): void
  /** It may measure now; all others hold still. */
  grant(): void
}

/** How long a measurement waits for the others to hold still: one that reads a data set or waits for a lock may not hear. */
const PATIENCE_MS = 10_000

/**
 * Lets one member at a time measure while the others hold still, first come, first served. A member that waits for its own
 * turn, or that has left, counts as still.
 */
export class QuietRoom {
  readonly #members = new Set<Member>()
  readonly #waiting: Member[] = []
  readonly #moving = new Set<Member>()
  #measuring: Member | null = null
  #granted = false
  #timer: NodeJS.Timeout | undefined
  readonly #patience: number

  constructor(patience = PATIENCE_MS) {
    this.#patience = patience
  }

  /** Whether somebody measures or is about to: nobody should join now. */
  get quiet(): boolean {
    return this.#measuring !== null
  }

  join(member: Member): void {
    this.#members.add(member)
  }

  /** The member is gone, or has done its measurement. */
  leave(member: Member): void {
    this.#members.delete(member)
    const place = this.#waiting.indexOf(member)
    if (place >= 0) this.#waiting.splice(place, 1)
    this.held(member)
    if (this.#measuring === member) this.release(member)
  }

  /** The member wants to measure. */
  request(member: Member): void {
    this.#waiting.push(member)
    this.held(member)
    if (this.#measuring === null) this.#next()
  }

  /** The member holds still. */
  held(member: Member): void {
    this.#moving.delete(member)
    this.#grantIfStill()
  }

  /** The member has measured. */
  release(member: Member): void {
    if (this.#measuring !== member) return
    clearTimeout(this.#timer)
    this.#measuring = null
    this.#moving.clear()
    if (this.#waiting.length > 0) this.#next()
    else for (const other of this.#members) if (other !== member) other.resume()
  }

  #next(): void {
    const member = this.#waiting.shift()!
    this.#measuring = member
    this.#granted = false
    for (const other of this.#members) {
      if (other === member) continue
      if (!this.#waiting.includes(other)) this.#moving.add(other)
      other.hold()
    }
    this.#timer = setTimeout(() => this.#grant(), this.#patience)
    this.#timer.unref()
    this.#grantIfStill()
  }

  #grantIfStill(): void {
    if (this.#measuring !== null && this.#moving.size === 0) this.#grant()
  }

  #grant(): void {
    if (this.#granted || this.#measuring === null) return
    this.#granted = true
    clearTimeout(this.#timer)
    this.#measuring.grant()
  }
}
