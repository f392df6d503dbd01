import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { snnx } from './command.ts'
import { makeWorkspace, removeWorkspace } from './workspace.ts'

const SPEC = `snnx 1
experiment pictures {
  dataset : images {
    folder     = "pictures"
    classes    = 2
    size       = 12 px
    batch      = 8
    validation = 25 %
    augment    = [resized_crop(50 %), flip]
  }
  network n {
    steps  = 2
    layers = conv(4) -> norm -> cell -> avg_pool(2) -> flatten -> linear(2) -> cell -> rate
  }
  train { duration = 2 epochs, schedule = constant, optimizer = adam(lr = 1e-2) }
  compress : magnitude { connectivity <= 50 %, span = 1 epochs, finetune = 1 epochs }
}
`

describe('images in folders', () => {
  let folder: string
  const run = (...parameters: string[]) => snnx(parameters, { folder })
  beforeEach(async () => {
    folder = makeWorkspace()
    onTestFinished(() => removeWorkspace(folder))
    const colours = { dark: '#203040', light: '#d0e0f0' }
    for (const [name, background] of Object.entries(colours)) {
      for (const [part, count] of Object.entries({ train: 16, val: 4 })) {
        const place = join(folder, 'own', 'pictures', part, name)
        mkdirSync(place, { recursive: true })
        const image = sharp({ create: { width: 20, height: 16, channels: 3, background } }).jpeg()
        for (let index = 0; index < count; index++) await image.clone().toFile(join(place, `${index}.jpeg`))
      }
    }
    writeFileSync(join(folder, 'own', 'own.snnx'), SPEC)
  })

  it('are trained on, compressed and verified', async () => {
    const { code, stderr } = await run('run', 'own/own.snnx', '--jobs', '1')
    expect([code, stderr]).toEqual([0, ''])
    const results = join(folder, 'own', 'results')
    const records = readdirSync(results).map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')))
    expect(records).toHaveLength(2)
    for (const { data, job, hash } of records) {
      expect(data).toMatchObject({ train: 24, validation: 8, test: 8 })
      expect(job.dataset).toMatchObject({ folder: 'pictures', size: 12, shorter: 14, augment: { area: 0.5 } })
      expect((await run('verify', hash)).code).toBe(0)
    }
  })

  it('that are damaged end the job with the name of the file, and the rest goes on when it is whole again', async () => {
    const path = join(folder, 'own', 'pictures', 'val', 'dark', '2.jpeg')
    const whole = readFileSync(path)
    writeFileSync(path, Buffer.alloc(whole.length))
    const { code, stdout, stderr } = await run('run', 'own/own.snnx', '--jobs', '1')
    const said = stdout + stderr
    expect(said).toContain('[SNX0732]')
    expect(said).toContain(`${path} cannot be decoded`)
    expect(said).not.toMatch(/^\s+at .*[:(]/m)
    expect(code).toBe(4)
    writeFileSync(path, whole)
    expect((await run('run', 'own/own.snnx', '--jobs', '1')).code).toBe(0)
  })

  it('that are nowhere are asked for before anything runs', async () => {
    writeFileSync(join(folder, 'own', 'own.snnx'), SPEC.replace('"pictures"', '"photos"'))
    const { code, stderr } = await run('plan', 'own/own.snnx')
    expect(stderr).toContain('error[SNX0701]: data set photos is nowhere to be had')
    expect(code).toBe(4)
    writeFileSync(
      join(folder, 'own', 'own.snnx'),
      SPEC.replace('classes    = 2', 'classes    = 3').replace('linear(2)', 'linear(3)'),
    )
    const other = await run('plan', 'own/own.snnx')
    expect(other.stderr).toContain('`train` has 2 classes, expected 3')
    expect(other.code).toBe(4)
  })
})
