import type { Dataset, DatasetSpec } from '@snnx/ir'
import { nowhere } from './errors.ts'
import { openEvents } from './events/open.ts'
import { EVENT_SOURCES } from './events/source.ts'
import { normalisation, selectExamples } from './examples.ts'
import { type FetchOptions, fetchFiles } from './fetch.ts'
import { cacheFolder, type Environment, findSource, type Location } from './find.ts'
import { digestFolder, openFolder } from './folder/open.ts'
import { readImages } from './images.ts'
import type { Paths, Source } from './source.ts'
import { digestDataset, SOURCES } from './sources.ts'
import { splitParts } from './split.ts'

export interface OpenOptions extends FetchOptions {
  /** Fixes the validation split. */
  seed: number
  /** Where to look; the process's own environment unless told. */
  environment?: Environment
  /** The folder of the spec: where images in folders are looked for first. */
  beside?: string
}

/**
 * Finds, verifies, decodes and splits a data set; downloads it where it is nowhere on this machine. Images in folders are
 * decoded as they are drawn.
 * @throws SNX0701 to SNX0720 and SNX073x, each naming the file or the places concerned; the signal's reason when aborted
 */
export async function openDataset(spec: DatasetSpec, options: OpenOptions): Promise<Dataset> {
  if (spec.name === 'images') return openFolder(spec, options)
  if (!('frames' in spec)) return openSource(SOURCES[spec.name], spec, options)
  return openEvents(EVENT_SOURCES[spec.name], spec, options.seed, options.environment ?? process.env)
}

/**
 * The digest of a data set without reading it: what is known of it, or of images in folders what their names and sizes say.
 * @throws as `openDataset`, where images in folders are not there or not as they should be
 */
export async function digestData(
  spec: DatasetSpec,
  options: Pick<OpenOptions, 'environment' | 'beside'> = {},
): Promise<string> {
  return spec.name === 'images' ? digestFolder(spec, options) : digestDataset(spec.name)
}

/** As `openDataset`, for any source. */
export async function openSource(
  source: Source,
  { validation, augment }: Pick<DatasetSpec, 'validation' | 'augment'>,
  options: OpenOptions,
): Promise<Dataset> {
  const environment = options.environment ?? process.env
  const files = await obtain(source, await findSource(source, environment), environment, options)
  const { train, test } = await readImages(source, files)
  const split = splitParts(train.labels, train.classes, validation, options.seed)
  const { mean, std } = source.facts
  const tables = mean.map((of, channel) => normalisation(of, std[channel]!))
  return {
    name: source.facts.name,
    digest: source.digest,
    train: selectExamples(train, split.train, tables, augment ?? null),
    validation: selectExamples(train, split.validation, tables),
    test: selectExamples(test, Uint32Array.from(test.labels.keys()), tables),
  }
}

async function obtain(
  source: Source,
  location: Location,
  environment: Environment,
  options: FetchOptions,
): Promise<Paths> {
  if (location.origin !== 'download') return location.files
  const name = source.facts.name
  if (source.embedded !== null) throw nowhere(name, location.looked, 'install snnx again: this set is a part of it')
  if (source.remote === null) throw nowhere(name, location.looked, howToPut(source, environment))
  const fetched = await fetchFiles(name, source.remote, location.folder, options)
  if ('files' in fetched) return fetched.files
  throw nowhere(name, [...location.looked, ...fetched.failures], howToPut(source, environment))
}

function howToPut(source: Source, environment: Environment): string {
  const names = source.files.map(({ name }) => name).join(', ')
  const ways = [
    `put ${names} (as they are or gzipped, .gz) into ${cacheFolder(source, environment)}`,
    `or into a folder \`${source.folders[0]}\` anywhere and set SNNX_DATA to the folder around it`,
    source.hint,
  ]
  return ways.filter((way) => way !== '').join('\n')
}
