import type { Events } from './events.ts'

/** What is the same for all frames of a recording: the time they last, or the number of their events. */
export type FrameSplit = 'time' | 'count'

/** Event numbers, the first of a frame and the one after its last. */
export type FrameBounds = readonly (readonly [from: number, to: number])[]

/**
 * Which events make which of N frames, as SpikingJelly has it (`cal_fixed_frames_number_segment_index`, whose `number` is
 * `count` here). By count, d = floor(events / N): frame i has the events i d to (i + 1) d. By time, dt = floor((t_last -
 * t_first) / N): frame i reaches from the first to the last event with t_first + i dt <= t < t_first + (i + 1) dt. The last
 * frame always goes on to the end. A frame without events, at which SpikingJelly fails, is empty.
 */
export function boundFrames({ t }: Pick<Events, 't'>, frames: number, split: FrameSplit): FrameBounds {
  return split === 'count' ? boundByCount(t.length, frames) : boundByTime(t, frames)
}

/**
 * Sums up the events of each frame, pixel by pixel, as SpikingJelly does.
 * @param frames how many; `[frames, 2, height, width]` comes out, OFF before ON
 * @param into takes the sums instead of an array of its own; what it held is gone
 */
export function integrateEvents(events: Events, frames: number, split: FrameSplit, into?: Uint32Array): Uint32Array {
  const { x, y, polarity, width, height } = events
  const plane = width * height
  const sums = into ?? new Uint32Array(frames * 2 * plane)
  sums.fill(0)
  for (const [frame, [from, to]] of boundFrames(events, frames, split).entries()) {
    for (let index = from; index < to; index++) {
      sums[(2 * frame + polarity[index]!) * plane + y[index]! * width + x[index]!]!++
    }
  }
  return sums
}

function boundByCount(events: number, frames: number): FrameBounds {
  const share = Math.floor(events / frames)
  const last = frames - 1
  return Array.from({ length: frames }, (_, frame): [number, number] => {
    return [frame * share, frame === last ? events : (frame + 1) * share]
  })
}

function boundByTime(t: Float64Array, frames: number): FrameBounds {
  const first = t[0] ?? 0
  const share = Math.floor(((t.at(-1) ?? 0) - first) / frames)
  const bounds = Array.from({ length: frames }, (): [number, number] => [0, 0])
  const last = bounds[frames - 1]!
  let started = false
  // Times need not ascend, so all of them are looked at.
  for (let index = 0; index < t.length; index++) {
    const frame = share > 0 ? Math.floor((t[index]! - first) / share) : -1
    const of = bounds[frame]
    if (of === undefined) continue
    if (of[1] === 0) of[0] = index
    of[1] = index + 1
    started ||= of === last
  }
  const due = first + share * (frames - 1)
  if (!started)
    last[0] = Math.max(
      0,
      t.findIndex((time) => time >= due),
    )
  last[1] = t.length
  return bounds
}
