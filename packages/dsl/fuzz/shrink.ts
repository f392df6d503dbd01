/** The smallest text that can be found which still fails: stretches are left out, ever shorter ones, as long as that helps. */
export function shrink(text: string, fails: (text: string) => boolean, attempts = 2_000): string {
  let smallest = text
  let left = attempts
  for (let size = Math.ceil(text.length / 2); size >= 1 && left > 0; ) {
    let removed = false
    for (let at = 0; at < smallest.length && left-- > 0; ) {
      const shorter = smallest.slice(0, at) + smallest.slice(at + size)
      if (fails(shorter)) {
        smallest = shorter
        removed = true
      } else at += size
    }
    if (!removed) {
      if (size === 1) break
      size = Math.ceil(size / 2)
    }
  }
  return smallest
}
