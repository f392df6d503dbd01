import { stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import type { Dataset, FolderSpec } from '@snnx/ir'
import { emptyPart, nowhere, type Place } from '../errors.ts'
import { normalisation } from '../examples.ts'
import { cacheRoot, type Environment } from '../find.ts'
import { splitStratified } from '../split.ts'
import { folderExamples } from './examples.ts'
import { listImages } from './list.ts'
import { startDecoder } from './start-decoder.ts'

/** Mean and deviation of byte / 255 over ImageNet's training images, by which its networks are fed. */
const MEAN = [0.485, 0.456, 0.406]
const STD = [0.229, 0.224, 0.225]

/** Where images in folders are looked for. */
export interface Surroundings {
  /** The process's own environment unless told. */
  environment?: Environment
  /** The folder of the spec, looked at first. */
  beside?: string
}

/**
 * Opens images in folders: listed at once, decoded batch by batch by a thread of their own.
 * @throws SNX0701 nowhere; SNX0702, SNX0731 not such a folder; SNX0713 an empty part. Drawing batches throws SNX0732 for
 *     an image that cannot be decoded, naming it, and SNX0733 where none can
 */
export async function openFolder(spec: FolderSpec, options: Surroundings & { seed: number }): Promise<Dataset> {
  const { classes, size, shorter, validation, augment } = spec
  const { train, test, digest } = await listImages(await locateFolder(spec.folder, options), classes)
  const split = splitStratified(train.labels, classes, validation, options.seed)
  for (const part of ['train', 'validation'] as const) {
    if (split[part].length === 0) throw emptyPart(part, validation, train.labels.length)
  }
  const tables = MEAN.map((mean, colour) => normalisation(mean, STD[colour]!))
  const decoder = startDecoder()
  const cut = { size, shorter }
  return {
    name: 'images',
    digest,
    train: folderExamples(decoder, train, classes, split.train, cut, tables, augment ?? null),
    validation: folderExamples(decoder, train, classes, split.validation, cut, tables),
    test: folderExamples(decoder, test, classes, Uint32Array.from(test.labels.keys()), cut, tables),
  }
}

/** The digest of the images that a spec means, by their names and sizes. */
export async function digestFolder(spec: FolderSpec, options: Surroundings): Promise<string> {
  return (await listImages(await locateFolder(spec.folder, options), spec.classes)).digest
}

/** Where a folder of images is: beside the spec, below a folder of SNNX_DATA, or among what is cached. */
async function locateFolder(folder: string, { environment = process.env, beside }: Surroundings): Promise<string> {
  const roots = (environment.SNNX_DATA ?? '').split(delimiter).filter((root) => root !== '')
  const places = [...(beside === undefined ? [] : [beside]), ...roots, join(cacheRoot(environment), 'datasets')]
  const looked: Place[] = []
  for (const place of places) {
    const path = resolve(place, ...folder.split('/'))
    const facts = await stat(join(path, 'train')).catch(() => null)
    if (facts?.isDirectory()) return path
    looked.push({ path, found: facts === null ? 'no folder `train` in it' : '`train` in it is no folder' })
  }
  const help = `put the images into ${join(folder, 'train', 'CLASS')} and ${join(folder, 'val', 'CLASS')} beside the spec, or set SNNX_DATA to the folder around \`${folder}\``
  throw nowhere(folder, looked, help)
}
