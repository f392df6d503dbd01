import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { decodeImage } from './decode.ts'
import { type Order, type Refusal, STATES } from './order.ts'

// The thread that decodes images while the main one computes. The main one sleeps while it waits, so it is woken through
// shared memory, and reads what went wrong from a port.

/** Images in hand at the same time: enough to keep libvips' threads busy, few enough to bound memory. */
const HANDS = 8
const refusals = (workerData as { refusals: MessagePort }).refusals

parentPort!.on('message', (order: Order) => {
  void fill(order).then((refusal) => {
    if (refusal !== null) refusals.postMessage(refusal)
    Atomics.store(order.state, 0, refusal === null ? STATES.done : STATES.refused)
    Atomics.notify(order.state, 0)
  })
})

/** Decodes all files of an order; of those that it cannot, the first one is told. */
async function fill({ id, files, cut, draws, pixels }: Order): Promise<Refusal | null> {
  const reasons = new Map<number, string>()
  try {
    const { default: sharp } = await import('sharp')
    // No file is read twice in a row, so what libvips keeps would be of no use.
    sharp.cache(false)
    const queue = files.entries()
    const work = async () => {
      for (const [row, path] of queue) {
        try {
          spread(await decodeImage(sharp, path, cut, draws?.[row] ?? null), pixels, row * 3 * cut.size ** 2)
        } catch (error) {
          reasons.set(row, reasonOf(error))
        }
      }
    }
    await Promise.all(Array.from({ length: HANDS }, work))
  } catch (error) {
    return { id, path: null, reason: reasonOf(error) }
  }
  if (reasons.size === 0) return null
  const first = Math.min(...reasons.keys())
  return { id, path: files[first]!, reason: reasons.get(first)! }
}

/** Puts an image's bytes where they belong, one colour after the other. */
function spread(image: Uint8Array, pixels: Uint8Array, from: number): void {
  const plane = image.length / 3
  for (let at = 0; at < plane; at++)
    for (let colour = 0; colour < 3; colour++) pixels[from + colour * plane + at] = image[3 * at + colour]!
}

/** The first line: the rest repeats it, or is a stack. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]!.trim()
}
