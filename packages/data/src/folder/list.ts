import { createHash } from 'node:crypto'
import { type Dirent, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { badFolder, unreadable } from '../errors.ts'

/** One part of a set of images: paths, and the class of each. */
export interface ListedPart {
  files: string[]
  labels: Uint16Array
}

/** A folder of images, a folder a class: `train/CLASS/*.jpeg`, `val/CLASS/*.jpeg`. */
export interface ListedImages {
  train: ListedPart
  test: ListedPart
  /** sha256 over `PART/CLASS/FILE`, a zero byte and the size of every file, a line each, in order. */
  digest: string
}

const IMAGE = /\.(jpe?g|png)$/i
/** Files whose sizes are asked for at the same time. */
const HANDS = 64

/**
 * Lists a folder of images without reading any: classes and files in the order of their names.
 * @throws SNX0702 what may not be read; SNX0731 a folder that has not this form, or another number of classes
 */
export async function listImages(root: string, classes: number): Promise<ListedImages> {
  const [train, test] = [listPart(root, 'train'), listPart(root, 'val')]
  const names = [...train.keys()]
  if (names.length !== classes) throw badFolder(root, `\`train\` has ${names.length} classes, expected ${classes}`)
  const odd = names.find((name) => !test.has(name)) ?? [...test.keys()].find((name) => !train.has(name))
  if (odd !== undefined) throw badFolder(root, `the class \`${odd}\` is in one of \`train\` and \`val\` only`)
  const whole = createHash('sha256')
  const parts = { train: gather(root, 'train', train), test: gather(root, 'val', test) }
  for (const { files } of Object.values(parts)) {
    for (let from = 0; from < files.length; from += HANDS) {
      const some = files.slice(from, from + HANDS)
      const sizes = await Promise.all(some.map(sizeOf))
      for (const [index, path] of some.entries()) {
        whole.update(`${path.slice(root.length + 1).replaceAll('\\', '/')}\0${sizes[index]}\n`)
      }
    }
  }
  return { ...parts, digest: whole.digest('hex') }
}

/** The names of a part's images, by class. */
function listPart(root: string, part: string): Map<string, string[]> {
  const folders = list(join(root, part)).filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
  const classes = folders.map(({ name }): [string, string[]] => {
    const files = list(join(root, part, name)).filter((entry) => !entry.isDirectory() && IMAGE.test(entry.name))
    if (files.length === 0) throw badFolder(join(root, part, name), 'it holds no .jpeg, .jpg or .png')
    return [name, files.map((file) => file.name).sort()]
  })
  return new Map(classes.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function gather(root: string, part: string, classes: ReadonlyMap<string, readonly string[]>): ListedPart {
  const files: string[] = []
  const labels: number[] = []
  for (const [label, [name, images]] of [...classes].entries()) {
    for (const image of images) {
      files.push(join(root, part, name, image))
      labels.push(label)
    }
  }
  return { files, labels: Uint16Array.from(labels) }
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
  } catch (error) {
    throw unreadable(folder, error)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    throw unreadable(path, error)
  }
}
