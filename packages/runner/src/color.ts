import { styleText } from 'node:util'

/** Colour only where a person looks: on a terminal, and without NO_COLOR. */
export function hasColor(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR
}

/** The text in a style, if the stream has colour. */
export function paint(style: Parameters<typeof styleText>[0], text: string, stream: { isTTY?: boolean }): string {
  return hasColor(stream) ? styleText(style, text, { validateStream: false }) : text
}
