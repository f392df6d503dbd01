import * as tfjs from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { openTensorflow } from '../src/backend/tensorflow.ts'

it('registers nothing when there is none to bring', async () => {
  const provide = () => Promise.reject(new Error('not installed'))
  await expect(openTensorflow(provide)).rejects.toThrow('not installed')
  expect(tfjs.findBackendFactory('tensorflow')).toBeNull()
})

it('hands the provider the tfjs of the engine, and makes its backend one of tfjs', async () => {
  let handed: object | undefined
  class Backend extends tfjs.KernelBackend {}
  await openTensorflow(async (given) => {
    handed = given
    return () => new Backend()
  })
  expect((handed as typeof tfjs).engine()).toBe(tfjs.engine())
  expect(tfjs.findBackend('tensorflow')).toBeInstanceOf(Backend)
})
