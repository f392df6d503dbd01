import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { locateRecord } from '../src/locate-record.ts'
import { temporaryFolder } from './sample.ts'

/** Two experiments that have a job in common. */
function twoExperiments(): string {
  const folder = temporaryFolder()
  for (const [experiment, hash] of [
    ['a', '1111222233334444'],
    ['a', '1111999933334444'],
    ['b', '1111222233334444'],
  ] as const) {
    mkdirSync(join(folder, experiment, 'results'), { recursive: true })
    writeFileSync(join(folder, experiment, 'results', `${hash}.json`), '{}')
  }
  return folder
}

describe('locateRecord', () => {
  it('finds a record by the beginning of its hash', async () => {
    const folder = twoExperiments()
    const experiment = join(folder, 'a')
    const path = join(experiment, 'results', '1111999933334444.json')
    expect(await locateRecord('11119', folder)).toEqual({ path, experiment })
  })

  it('asks for more digits where jobs differ', async () => {
    const help = 'write more digits'
    await expect(locateRecord('1111', twoExperiments())).rejects.toMatchObject({ code: 'SNX1033', help })
  })

  it('asks for a folder where one job has several records', async () => {
    const folder = twoExperiments()
    const help = 'name the folder of one of them with --experiments'
    await expect(locateRecord('11112', folder)).rejects.toMatchObject({ code: 'SNX1033', help })
    expect((await locateRecord('11112', join(folder, 'b'))).experiment).toBe(join(folder, 'b'))
  })
})
