import { readFile } from 'node:fs/promises'

/** A file's bytes as a plain Uint8Array: a Buffer's `slice` does not copy, against what a Uint8Array promises. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await readFile(path)
  return new Uint8Array(buffer, byteOffset, byteLength)
}
