/**
 * A seeded generator of uniform 32-bit words: xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32.
 * Streams are keyed, so every use (weights of one layer, shuffle of one epoch, the split) draws from its own stream
 * and none depends on how many numbers another has drawn: a resumed run needs no generator state.
 */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  word(): number
  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(): number
  /** A uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number
  /** A standard normal number (Box-Muller). */
  normal(): number
}

/** The generator for `seed` and a `stream` key such as `['shuffle', epoch]`: equal keys give equal sequences. */
export function createRandom(seed: number, ...stream: (string | number)[]): Random {
  let hash = 2166136261
  for (const character of JSON.stringify([seed, ...stream])) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 16777619) // FNV-1a
  }
  const split = () => {
    hash = (hash + 0x9e3779b9) | 0
    let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  let [a, b, c, d] = [split(), split(), split(), split()]
  const word = () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return scrambled
  }
  const uniform = () => word() / 4294967296
  const below = (bound: number) => {
    const limit = 4294967296 - (4294967296 % bound)
    let drawn = word()
    while (drawn >= limit) drawn = word()
    return drawn % bound
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { word, uniform, below, normal }
}

/** Shuffles `items` in place (Fisher-Yates) and returns it. */
export function shuffle<Items extends Int32Array | Uint32Array | number[]>(items: Items, random: Random): Items {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const held = items[last]!
    items[last] = items[other]!
    items[other] = held
  }
  return items
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
