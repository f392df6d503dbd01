/** Text of a foreign file, made fit for a terminal: no control characters, no endless lines. */
export function printable(text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ')
  return clean.length > 200 ? `${clean.slice(0, 200)}...` : clean
}

/**
 * Text of a foreign file as it is shown in place, a mark for a mark: what a terminal would obey instead of showing it
 * (control characters but the tab, changes of writing direction) becomes U+FFFD.
 */
export function maskControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
