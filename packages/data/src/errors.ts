import { printable, SnnxError } from '@snnx/ir'

/** A place where a data set was looked for, and what was there instead of it. */
export interface Place {
  path: string
  found: string
}

/** SNX0701: no place has the set. */
export function nowhere(dataset: string, places: readonly Place[], help: string): SnnxError {
  const lines = places.map(({ path, found }) => `\n  ${path}: ${found}`)
  return new SnnxError('SNX0701', `data set ${dataset} is nowhere to be had; looked at:${lines.join('')}`, { help })
}

/** SNX0702: the operating system does not let the file or folder be read. */
export function unreadable(path: string, cause: unknown): SnnxError {
  return new SnnxError('SNX0702', `cannot read ${path}: ${reasonOf(cause)}`, {
    help: 'check that it exists and that you may read it',
    cause,
  })
}

/** SNX0703: something that is not a file stands where a data file should. */
export function notAFile(path: string, found: string): SnnxError {
  return new SnnxError('SNX0703', `${path} should be a data file, but is ${found}`, {
    help: 'move it away, or put the original file in its place',
  })
}

/** SNX0704: the gzip stream is cut or damaged. */
export function badGzip(path: string, reason: string): SnnxError {
  return new SnnxError('SNX0704', `${path} is a damaged gzip file: ${reason}`, { help: REPLACE })
}

/** SNX0705: the content is not idx, or idx of another kind. */
export function badMagic(path: string, expected: string, found: string): SnnxError {
  return new SnnxError('SNX0705', `${path} is not the idx file it should be: expected ${expected}, found ${found}`, {
    help: REPLACE,
  })
}

/** SNX0706: the content is shorter or longer than its header or its format says. */
export function wrongLength(path: string, expected: string, found: number): SnnxError {
  return new SnnxError('SNX0706', `${path} has the wrong length: expected ${expected}, found ${found} bytes`, {
    help: REPLACE,
  })
}

/** SNX0707: a valid idx file of another shape. */
export function wrongShape(path: string, expected: readonly number[], found: readonly number[]): SnnxError {
  const message = `${path} has the wrong shape: expected ${expected.join(' x ')}, found ${found.join(' x ')}`
  return new SnnxError('SNX0707', message, { help: REPLACE })
}

/** SNX0708: images and labels do not belong together. */
export function countMismatch(images: string, imageCount: number, labels: string, labelCount: number): SnnxError {
  const message = `${images} holds ${imageCount} images, but ${labels} holds ${labelCount} labels`
  return new SnnxError('SNX0708', message, { help: 'use images and labels of one release' })
}

/** SNX0709: a label names no class. */
export function labelOutOfRange(path: string, index: number, label: number, classes: number): SnnxError {
  const message = `${path}: label ${index} is ${label}, expected 0 to ${classes - 1}`
  return new SnnxError('SNX0709', message, { help: REPLACE })
}

/** SNX0710: well-formed, but not the original content, by its sha256 (or the `sum` that is published). */
export function wrongContent(
  path: string,
  dataset: string,
  expected: string,
  found: string,
  sum = 'sha256',
): SnnxError {
  const message = `${path} is not the original file of ${dataset}: expected content with ${sum} ${expected}, found ${found}`
  return new SnnxError('SNX0710', message, { help: REPLACE })
}

/** SNX0710: well-formed, but not the original content, by what is known of the set as a whole. */
export function wrongStatistics(
  paths: readonly string[],
  dataset: string,
  what: string,
  expected: string,
  found: string,
): SnnxError {
  const message = `${paths.join(', ')} are not the original files of ${dataset}: expected ${what} ${expected}, found ${found}`
  return new SnnxError('SNX0710', message, { help: 'replace them by the original files' })
}

/** SNX0711: the disk is full; what was received stays and is resumed. */
export function diskFull(path: string, cause: unknown): SnnxError {
  return new SnnxError('SNX0711', `no space left to write ${path}`, {
    help: 'free some space and run again (the download goes on where it stopped), or set SNNX_CACHE to a folder on another disk',
    cause,
  })
}

/** SNX0712: the cache cannot be written. */
export function unwritable(path: string, cause: unknown): SnnxError {
  return new SnnxError('SNX0712', `cannot write ${path}: ${reasonOf(cause)}`, {
    help: 'set SNNX_CACHE to a folder you may write to',
    cause,
  })
}

/** SNX0713: the validation share leaves one part without examples. */
export function emptyPart(part: string, validation: number, count: number): SnnxError {
  const message = `validation = ${validation * 100} % of ${count} examples leaves none for ${part}`
  return new SnnxError('SNX0713', message, { help: 'choose a share that gives both parts at least one example' })
}

/** SNX0714: far more data than the set has; reading stops before memory is spent on it. */
export function tooLarge(path: string, expected: number | string, limit: number): SnnxError {
  return new SnnxError('SNX0714', `${path} is too large: expected ${expected} bytes, found more than ${limit}`, {
    help: REPLACE,
  })
}

/** SNX0715: an archive is cut or damaged, or packed in a way that is not read. */
export function badArchive(path: string, reason: string): SnnxError {
  return new SnnxError('SNX0715', `${path} is an archive that cannot be read: ${reason}`, { help: REPLACE })
}

/** SNX0716: an archive names a file outside the folder that it stands for. */
export function strayEntry(path: string, entry: string): SnnxError {
  const message = `${path} names a file outside its own folder: ${printable(entry)}`
  return new SnnxError('SNX0716', message, { help: 'such an archive is damaged or made to do harm; get the original' })
}

/** SNX0717: a recording or list is damaged, or not in the format it should be in. */
export function badRecording(path: string, format: string, reason: string): SnnxError {
  return new SnnxError('SNX0717', `${path} is damaged, or no ${format}: ${reason}`, { help: REPLACE })
}

/** SNX0718: a recording in a known format, with something that is not read. */
export function unreadRecording(path: string, what: string, help: string): SnnxError {
  return new SnnxError('SNX0718', `${path} holds ${what}, which is not read`, { help })
}

/** SNX0719: an event beyond the sensor. */
export function outsideSensor(
  path: string,
  index: number,
  x: number,
  y: number,
  width: number,
  height: number,
): SnnxError {
  const message = `${path}: event ${index} is at column ${x}, row ${y}, but the sensor has ${width} x ${height} pixels`
  return new SnnxError('SNX0719', message, { help: REPLACE })
}

/** SNX0720: too few or too many recordings, or of other classes. */
export function wrongRecordings(path: string, dataset: string, expected: string, found: string): SnnxError {
  const message = `${path} is not the whole of ${dataset}: expected ${expected}, found ${found}`
  return new SnnxError('SNX0720', message, { help: 'unpack the original archives again' })
}

/** SNX0731: a folder that does not hold images as it should. */
export function badFolder(path: string, reason: string): SnnxError {
  return new SnnxError('SNX0731', `${path} is no folder of images as expected: ${reason}`, {
    help: 'images lie in train/CLASS/ and val/CLASS/, the same classes in both, as many as `classes` says',
  })
}

/** SNX0732: an image file that is damaged, or none. */
export function badImage(path: string, reason: string): SnnxError {
  return new SnnxError('SNX0732', `${path} cannot be decoded: ${printable(reason)}`, {
    help: 'replace it by the original file, or remove it (the data set is then another one)',
  })
}

/** SNX0733: the library that decodes images does not work here. */
export function noDecoder(reason: string): SnnxError {
  return new SnnxError('SNX0733', `images cannot be decoded: ${printable(reason)}`, {
    help: 'install snnx again with its optional parts for this platform (sharp), and run the same command',
  })
}

const REPLACE = 'replace it by the original file, or delete it to have it looked for elsewhere'

/** What a system error says, without its stack, code prefix or path. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause)
  const known = code === undefined ? undefined : REASONS[code]
  if (known !== undefined) return known
  const message = cause instanceof Error ? cause.message : String(cause)
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

/** The code of a system error, such as ENOENT. */
export function codeOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of that name is in the way',
  ELOOP: 'its symbolic links form a loop',
  EIO: 'the disk reports an error',
  ENOTFOUND: 'no such host (is there a network?)',
  EAI_AGAIN: 'the host name could not be looked up (is there a network?)',
  ECONNREFUSED: 'the connection was refused',
  ENETUNREACH: 'the network cannot be reached',
  EHOSTUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s',
}
