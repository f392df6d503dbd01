import { SnnxError } from '@snnx/ir'

const FULL =
  'free some space, or choose another folder with `--state`; what was finished is kept, and the next run goes on'

/** What each failure of a file system means to a user; anything else is SNX1016. */
const MEANINGS: Readonly<Record<string, { code: string; what: string; help: string }>> = {
  ENOSPC: { code: 'SNX1011', what: 'the disk is full', help: FULL },
  EDQUOT: { code: 'SNX1011', what: 'the disk quota is used up', help: FULL },
  EROFS: {
    code: 'SNX1012',
    what: 'the file system is read-only',
    help: 'copy the experiment to a folder that can be written, or mount this one writable',
  },
  EACCES: {
    code: 'SNX1013',
    what: 'permission denied',
    help: 'give this user the right to it, or choose another folder',
  },
  EPERM: {
    code: 'SNX1013',
    what: 'permission denied',
    help: 'give this user the right to it, or choose another folder',
  },
  ENOENT: { code: 'SNX1014', what: 'it does not exist', help: 'check the spelling and the folder the command runs in' },
  EISDIR: {
    code: 'SNX1015',
    what: 'it is a folder, not a file',
    help: 'move the folder out of the way, or name a file',
  },
  ENOTDIR: {
    code: 'SNX1015',
    what: 'a part of the path is a file, not a folder',
    help: 'move that file out of the way',
  },
  EEXIST: { code: 'SNX1015', what: 'something else of this name is there', help: 'move it out of the way' },
  ELOOP: { code: 'SNX1015', what: 'its symbolic links go in a circle', help: 'remove the link' },
  ENAMETOOLONG: { code: 'SNX1015', what: 'the name is too long', help: 'choose a shorter one' },
}

/** Turns a failure of `action` (such as `write`) on `path` into a coded error; an error that has a code already stays. */
export function storageError(error: unknown, action: string, path: string): SnnxError {
  if (error instanceof SnnxError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const meaning = MEANINGS[code ?? ''] ?? {
    code: 'SNX1016',
    what: message,
    help: 'the system refused; check the disk and the path',
  }
  return new SnnxError(meaning.code, `cannot ${action} ${path}: ${meaning.what}`, { help: meaning.help, cause: error })
}

/** Whether the failure only says that nothing is there. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException)?.code === 'ENOENT'
}
