import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheFolder, findDataset, findSource } from '../src/find.ts'
import { openSource } from '../src/open.ts'
import { SOURCES } from '../src/sources.ts'
import { freshFolder, SMALL, writeSmall } from './small-set.ts'

const open = (environment: { SNNX_DATA?: string; SNNX_CACHE?: string }, source = SMALL) =>
  openSource(source, { validation: 0.25 }, { seed: 0, environment, addresses: [] })

describe('finding a data set', () => {
  it.each(['small', 'Small/raw', '.'])('looks into %s below a folder of SNNX_DATA', async (below) => {
    const root = freshFolder()
    writeSmall(join(root, below))
    const environment = { SNNX_DATA: root, SNNX_CACHE: freshFolder() }
    expect(await findSource(SMALL, environment)).toMatchObject({ origin: 'SNNX_DATA', folder: join(root, below) })
    const dataset = await open(environment)
    expect([dataset.train.count, dataset.validation.count, dataset.test.count]).toEqual([30, 10, 12])
    expect(dataset.digest).toBe(SMALL.digest)
  })

  it('takes gzipped files, plain ones under a .gz name, and dotted names', async () => {
    const root = freshFolder()
    writeSmall(join(root, 'small'), {}, true)
    cpSync(join(root, 'small'), join(root, 'Small', 'raw'), { recursive: true })
    const dotted = join(root, 'Small', 'raw')
    for (const [part, kind] of [
      ['train', 'images-idx3'],
      ['train', 'labels-idx1'],
      ['t10k', 'images-idx3'],
      ['t10k', 'labels-idx1'],
    ]) {
      const name = `${part}-${kind}-ubyte.gz`
      renameSync(join(dotted, name), join(dotted, name.replace('-idx', '.idx')))
    }
    const mixed = freshFolder()
    writeSmall(mixed)
    renameSync(join(mixed, 'train-images-idx3-ubyte'), join(mixed, 'train-images-idx3-ubyte.gz'))
    for (const SNNX_DATA of [join(root, 'small'), dotted, mixed]) {
      expect((await open({ SNNX_DATA, SNNX_CACHE: root })).digest).toBe(SMALL.digest)
    }
  })

  it('searches SNNX_DATA in its order, then the cache, then the system', async () => {
    const [first, second, cache, system] = [freshFolder(), freshFolder(), freshFolder(), freshFolder()]
    const source = { ...SMALL, system: [system] }
    const environment = { SNNX_DATA: [first, '', second].join(delimiter), SNNX_CACHE: cache }
    const order: string[] = []
    for (const [folder, name] of [
      [system, 'system'],
      [join(cache, 'datasets', 'small'), 'cache'],
      [second, 'second'],
      [first, 'first'],
    ] as const) {
      writeSmall(folder)
      const location = await findSource(source, environment)
      expect(location.folder).toBe(folder)
      order.push(`${name}: ${location.origin}`)
    }
    expect(order).toEqual(['system: system', 'cache: cache', 'second: SNNX_DATA', 'first: SNNX_DATA'])
  })

  it('passes over an incomplete set and over another set with the same file names', async () => {
    const [incomplete, other, cache] = [freshFolder(), freshFolder(), freshFolder()]
    writeSmall(incomplete, { trainLabels: null, testImages: null })
    const mini = await findDataset('fashion_mini')
    cpSync(mini.folder, other, { recursive: true })
    const environment = { SNNX_DATA: [incomplete, other].join(delimiter), SNNX_CACHE: cache }
    const source = { ...SMALL, folders: ['.'], mark: { ...SMALL.mark!, bytes: 2008 } }
    const location = await findSource(source, environment)
    expect(location.origin).toBe('download')
    expect(location.looked).toEqual([
      { path: `${incomplete} (SNNX_DATA)`, found: 'lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte' },
      { path: `${other} (SNNX_DATA)`, found: 'holds Fashion-MNIST, first 6,000 + 2,000' },
      { path: cacheFolder(source, environment), found: 'no such folder' },
    ])
  })

  it('lists every place it looked at and says how to put the files there', async () => {
    const [root, cache] = [freshFolder(), freshFolder()]
    writeFileSync(join(root, 'small'), 'a file')
    mkdirSync(join(root, 'Small', 'raw'), { recursive: true })
    const target = join(cache, 'datasets', 'small')
    await expect(open({ SNNX_DATA: root, SNNX_CACHE: cache })).rejects.toMatchObject({
      code: 'SNX0701',
      message: [
        'data set mnist is nowhere to be had; looked at:',
        `  ${join(root, 'small')} (SNNX_DATA): not a folder`,
        `  ${join(root, 'Small/raw')} (SNNX_DATA): has none of the files`,
        `  ${root} (SNNX_DATA): has none of the files`,
        `  ${target}: no such folder`,
      ].join('\n'),
      help: [
        'put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte ' +
          `(as they are or gzipped, .gz) into ${target}`,
        'or into a folder `small` anywhere and set SNNX_DATA to the folder around it',
        'or make it yourself',
      ].join('\n'),
    })
  })

  it('names a folder in place of a file', async () => {
    const root = freshFolder()
    writeSmall(root, { testImages: null })
    mkdirSync(join(root, 't10k-images-idx3-ubyte'))
    await expect(open({ SNNX_DATA: root, SNNX_CACHE: root })).rejects.toMatchObject({
      code: 'SNX0703',
      message: `${join(root, 't10k-images-idx3-ubyte')} should be a data file, but is a folder`,
    })
  })

  it('names a file that symbolic links lead nowhere to', async () => {
    const root = freshFolder()
    writeSmall(root, { testImages: null })
    const loop = join(root, 't10k-images-idx3-ubyte')
    symlinkSync(loop, loop)
    await expect(open({ SNNX_DATA: root, SNNX_CACHE: root })).rejects.toMatchObject({
      code: 'SNX0702',
      message: `cannot read ${loop}: its symbolic links form a loop`,
    })
  })

  it('keeps downloads in the user’s cache unless SNNX_CACHE says otherwise', () => {
    expect(cacheFolder(SOURCES.mnist, {})).toMatch(/snnx.*datasets.mnist$/)
    if (process.env.XDG_CACHE_HOME === undefined)
      expect(cacheFolder(SOURCES.mnist, {}).startsWith(homedir() + sep)).toBe(true)
  })

  it('ships the embedded set with the package, and looks nowhere else for it', async () => {
    const { files } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(files).toContain(SOURCES.fashion_mini.embedded!.split('/')[0])
    const broken = freshFolder()
    const environment = { SNNX_DATA: broken, SNNX_CACHE: broken }
    expect(await findDataset('fashion_mini', environment)).toMatchObject({ origin: 'embedded', looked: [] })
    const damaged = { ...SOURCES.fashion_mini, embedded: 'embedded/nothing' }
    await expect(open(environment, damaged)).rejects.toMatchObject({
      code: 'SNX0701',
      help: expect.stringMatching(/^install/),
    })
  })
})
