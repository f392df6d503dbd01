import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findDataset } from '@snnx/data'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TESTED } from '../../packages/core/tests/backends.ts'
import { snnx } from './command.ts'
import { makeWorkspace, removeWorkspace } from './workspace.ts'

/** The network that SpikingJelly trained: see fixtures/peers/README.md. */
const PEER = fileURLToPath(new URL('../../fixtures/peers/fashion-mlp-dense.safetensors', import.meta.url))

/** A project whose experiment starts from `weights`. */
function makeProject(dataset: string, weights: string, network = 'network : mlp { }'): string {
  const folder = makeWorkspace()
  onTestFinished(() => removeWorkspace(folder))
  const text = `snnx 1
experiment pretrained {
  dataset : ${dataset} { }
  ${network}
  train {
    start    = file("${weights}")
    duration = 0 epochs
  }
}
`
  mkdirSync(join(folder, 'own'))
  writeFileSync(join(folder, 'own', 'own.snnx'), text)
  return folder
}

const run = (folder: string, command = 'run', environment = {}) =>
  snnx([command, 'own/own.snnx'], { folder, environment })
const recordOf = (folder: string) => {
  const results = join(folder, 'own', 'results')
  return JSON.parse(readFileSync(join(results, readdirSync(results)[0]!), 'utf8'))
}

/** TensorFlow is in the cache of the user, which a test does not see. */
const backend = TESTED.find((name) => name !== 'tensorflow')!

/** Never downloaded for a test: where the data is not on this machine, this test is skipped by name. */
const absent = (await findDataset('fashion_mnist')).origin === 'download'

it.skipIf(absent)(
  'a network trained with SpikingJelly gives as many right answers here (needs Fashion-MNIST in SNNX_DATA, the cache or /usr/share)',
  async () => {
    const folder = makeProject('fashion_mnist', 'weights/peer.safetensors')
    cpSync(PEER, join(folder, 'own', 'weights', 'peer.safetensors'))
    const environment = { SNNX_BACKEND: backend, ...(process.env.SNNX_DATA && { SNNX_DATA: process.env.SNNX_DATA }) }
    const { code, stdout } = await run(folder, 'run', environment)
    expect(code).toBe(0)
    expect(stdout).toContain(
      'starts from weights/peer.safetensors: fc1.weight -> linear1.weight, fc2.weight -> linear2.weight',
    )
    const { job, nodes } = recordOf(folder)
    expect(nodes[0]).toMatchObject({ epochs: 0, bestEpoch: 0, test: { correct: 8916, total: 10_000 } })
    const { sha256 } = JSON.parse(readFileSync(PEER.replace('.safetensors', '.json'), 'utf8'))
    expect(job.train.start).toEqual({ file: 'weights/peer.safetensors', sha256 })
  },
)

describe('a file to start from', () => {
  it('decides the identity of its job, and nothing but its content does', async () => {
    const folder = makeProject('fashion_mini', 'peer.safetensors')
    const identify = async () => JSON.parse((await snnx(['plan', 'own/own.snnx', '--json'], { folder })).stdout)[0].job
    const path = join(folder, 'own', 'peer.safetensors')
    cpSync(PEER, path)
    const first = await identify()
    writeFileSync(path, readFileSync(PEER))
    expect(await identify()).toBe(first)
    const other = Uint8Array.from(readFileSync(PEER))
    other[other.length - 4]! ^= 1
    writeFileSync(path, other)
    expect(await identify()).not.toBe(first)
  })

  it.each([
    ['is not there', 'SNX1014', 5, (_: string) => {}],
    ['is a link out of the folder', 'SNX0831', 4, (path: string) => symlinkSync(PEER, path)],
    ['is something else', 'SNX0801', 4, (path: string) => writeFileSync(path, 'weights')],
  ] as const)('that %s is refused before anything runs', async (_, error, exit, put) => {
    const folder = makeProject('fashion_mini', 'peer.safetensors')
    put(join(folder, 'own', 'peer.safetensors'))
    for (const command of ['plan', 'run']) {
      const { code, stderr } = await run(folder, command)
      expect(stderr).toContain(`error[${error}]`)
      expect(stderr).not.toMatch(/^\s+at .*[:(]/m)
      expect(code).toBe(exit)
    }
    expect(readdirSync(join(folder, 'own')).filter((name) => name === 'results')).toEqual([])
  })

  it('that does not fit shows both sides of the first tensor that does not', async () => {
    const network = 'network n { layers = flatten -> linear(400) -> cell -> linear(10) -> cell -> rate }'
    const folder = makeProject('fashion_mini', 'peer.safetensors', network)
    cpSync(PEER, join(folder, 'own', 'peer.safetensors'))
    const { code, stderr } = await run(folder, 'plan')
    expect(stderr).toContain(
      'error[SNX0804]: peer.safetensors does not fit network `n`: `linear1.weight` [400, 784] meets `fc1.weight` [800, 784] (linear layer 1 of the file)',
    )
    expect(code).toBe(4)
  })
})
