import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { badImage, noDecoder } from '../errors.ts'
import { type Order, type Refusal, STATES } from './order.ts'

/** A thread that decodes images. */
export interface Decoder {
  /** Asks for images; returns at once. */
  ask(order: Omit<Order, 'id'>): Ticket
  /**
   * Waits until an order is filled.
   * @throws SNX0732 naming an image that cannot be decoded; SNX0733 when none can
   */
  wait(ticket: Ticket): void
}

/** An order that was asked for. */
export type Ticket = Pick<Order, 'id' | 'state'>

/** How long an order may take, in ms: a batch from a slow disk takes seconds. */
const PATIENCE = 300_000

/**
 * Starts a thread that decodes images while this one computes, so that data can be read batch by batch by code that
 * never waits for anything else. It ends with the process.
 */
export function startDecoder(patience = PATIENCE): Decoder {
  const { port1: refusals, port2 } = new MessageChannel()
  // Sources are run as they are in tests, builds by their own names.
  const entry = import.meta.url.endsWith('.ts') ? './decoder.ts' : './decoder.js'
  const worker = new Worker(new URL(entry, import.meta.url), { workerData: { refusals: port2 }, transferList: [port2] })
  worker.unref()
  let ids = 0
  return {
    ask(order) {
      const id = ids++
      Atomics.store(order.state, 0, STATES.pending)
      worker.postMessage({ ...order, id } satisfies Order)
      return { id, state: order.state }
    },
    wait({ id, state }) {
      const woken = Atomics.wait(state, 0, STATES.pending, patience)
      if (woken === 'timed-out') throw noDecoder(`nothing came within ${patience / 1000} s`)
      if (Atomics.load(state, 0) === STATES.done) return
      for (;;) {
        const refusal = receiveMessageOnPort(refusals)?.message as Refusal | undefined
        if (refusal === undefined) throw noDecoder('it gave no reason')
        if (refusal.id !== id) continue
        throw refusal.path === null ? noDecoder(refusal.reason) : badImage(refusal.path, refusal.reason)
      }
    },
  }
}
