/**
 * Packs frames of counts, most of which are 0: for each other count the number of zeros before it and the count itself,
 * both as LEB128 (7 bits a byte, the lowest first, the highest bit set where more follow). About 2 bytes a pixel with
 * events, whatever the sensor's size.
 */
export function packFrames(frames: Uint32Array): Uint8Array {
  let length = 0
  visitCounts(frames, (zeros, count) => {
    length += bytesOf(zeros) + bytesOf(count)
  })
  const packed = new Uint8Array(length)
  let at = 0
  const put = (value: number) => {
    for (let rest = value; ; rest = rest >>> 7) {
      packed[at++] = rest < 128 ? rest : (rest & 127) | 128
      if (rest < 128) return
    }
  }
  visitCounts(frames, (zeros, count) => {
    put(zeros)
    put(count)
  })
  return packed
}

/** Visits each count that is not 0, with its place in the frames. */
export function unpackFrames(packed: Uint8Array, visit: (place: number, count: number) => void): void {
  let at = 0
  const take = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }
  for (let place = 0; at < packed.length; place++) {
    place += take()
    visit(place, take())
  }
}

function visitCounts(frames: Uint32Array, visit: (zeros: number, count: number) => void): void {
  let zeros = 0
  for (const count of frames) {
    if (count === 0) {
      zeros++
      continue
    }
    visit(zeros, count)
    zeros = 0
  }
}

function bytesOf(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = rest >>> 7) bytes++
  return bytes
}
