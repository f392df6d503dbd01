import { crc32, deflateRawSync } from 'node:zlib'

/** What goes into an archive, by name; a name that ends in `/` is a folder. */
export type Files = Readonly<Record<string, Uint8Array>>

const BLOCK = 512

/** One member of a tar, from POSIX's description of ustar. */
export function tarMember(name: string, content: Uint8Array, kind = '0', prefix = ''): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write(kind, 156)
  header.write('ustar\u000000', 257)
  header.write(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)
  return Buffer.concat([header, content, padding])
}

export const TAR_END = Buffer.alloc(2 * BLOCK)

export function makeTar(files: Files): Buffer {
  const members = Object.entries(files).map(([name, content]) => {
    return tarMember(name, content, name.endsWith('/') ? '5' : '0')
  })
  return Buffer.concat([...members, TAR_END])
}

/** A zip, from APPNOTE's description: local headers with their files, the directory, its end. */
export function makeZip(files: Files, method: 0 | 8 = 8): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const stored = method === 8 ? deflateRawSync(content) : Buffer.from(content)
    const text = Buffer.from(name)
    // Version, flags, method, time and date, CRC, sizes, lengths: the same in both headers.
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(method, 4)
    facts.writeUInt32LE(crc32(content), 10)
    facts.writeUInt32LE(stored.length, 14)
    facts.writeUInt32LE(content.length, 18)
    facts.writeUInt16LE(text.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, text, stored])
    const central = Buffer.alloc(46)
    central.write('PK\u0001\u0002')
    central.writeUInt16LE(20, 4)
    facts.copy(central, 6)
    central.writeUInt32LE(offset, 42)
    parts.push(local)
    directory.push(central, text)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listed, end])
}
