import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** sha256 of the bytes, 64 hex digits. */
export function digest(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes))
}
