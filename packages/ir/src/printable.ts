/** Text of a foreign file, made fit for a terminal: no control characters, no endless lines. */
export function printable(text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ')
  return clean.length > 200 ? `${clean.slice(0, 200)}...` : clean
}
