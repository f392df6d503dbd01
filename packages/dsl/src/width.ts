/** Characters that take two columns of a terminal: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u
/** Characters that stand on, or join, the one before. */
const JOINED = /^(?:\p{M}|[\u200B\u200C]|\u200D)$/u

/** Nearly all texts; found at once. */
const PLAIN = /^[\x20-\x7E\t]*$/

/** The columns that a text takes in a terminal; a tab, drawn as a space, takes one. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const character of text) width += JOINED.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}
