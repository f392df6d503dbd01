import { wrongLength } from '../errors.ts'
import { boundEvents, type Events, makeEvents } from './events.ts'

/**
 * Decodes the format of N-MNIST's `.bin`, which is also that of SLAYER's `.bs2`: 40 bits an event, big-endian: x (8), y (8),
 * polarity (1), microseconds (23).
 * @param path names the file in errors
 * @throws SNX0706 when the last event is cut
 */
export function decodeAtis(content: Uint8Array, path: string): Events {
  if (content.length % 5 !== 0) throw wrongLength(path, 'a multiple of 5 (bytes of an event)', content.length)
  const events = makeEvents(content.length / 5)
  for (let index = 0, at = 0; at < content.length; index++, at += 5) {
    events.x[index] = content[at]!
    events.y[index] = content[at + 1]!
    events.polarity[index] = content[at + 2]! >> 7
    events.t[index] = ((content[at + 2]! & 127) << 16) | (content[at + 3]! << 8) | content[at + 4]!
  }
  return boundEvents(events)
}
