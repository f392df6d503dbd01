import { badRecording, unreadRecording } from '../errors.ts'
import { decodeAedat2 } from './aedat2.ts'
import { decodeAedat3 } from './aedat3.ts'
import { decodeAedat4 } from './aedat4.ts'
import { decodeAtis } from './atis.ts'
import { decodeDat } from './dat.ts'
import type { Events } from './events.ts'
import { decodeEvt2 } from './evt2.ts'
import { decodeEvt3 } from './evt3.ts'
import { readHeader } from './header.ts'
import { findVersion } from './prophesee.ts'

/**
 * Decodes a recording in any format that is known: AEDAT 2.0, 3.1 and 4.0, Prophesee's DAT, EVT 2.0 and 3.0 by their first
 * bytes; N-MNIST's `.bin` and SLAYER's `.bs2`, which have none, by the name.
 * @throws SNX0706, SNX0717, SNX0718, SNX0719, naming `path`
 */
export function decodeRecording(content: Uint8Array, path: string): Events {
  const start = Buffer.from(content.subarray(0, 12)).toString('latin1')
  const version = /^#!AER-DAT(\d\.\d)/.exec(start)?.[1]
  if (version?.startsWith('2.')) return decodeAedat2(content, path)
  if (version === '3.1') return decodeAedat3(content, path)
  if (version === '4.0') return decodeAedat4(content, path)
  if (version !== undefined) throw unreadRecording(path, `AEDAT ${version}`, 'read are 2.0, 3.1 and 4.0')
  if (/\.(bin|bs2)$/i.test(path)) return decodeAtis(content, path)
  if (!start.startsWith('%'))
    throw badRecording(path, 'recording of events', 'its first bytes are of no format that is known')
  const header = readHeader(content, '% ', /^% end$/i)
  const evt = findVersion(header.lines)
  if (evt === null) return decodeDat(content, path)
  if (evt === '2.0') return decodeEvt2(content, path, header)
  if (evt === '3.0') return decodeEvt3(content, path, header)
  throw unreadRecording(path, `EVT ${evt}`, 'read are 2.0 and 3.0; other recordings can be converted to DAT')
}
