import { expect, it } from 'vitest'
import { JobSchema, staysInside } from '../src/index.ts'
import { job } from './sample.ts'

it('a path stays inside when it is relative and goes only down, on every system', () => {
  for (const path of ['a', 'a.safetensors', 'a/b/c', './a', 'a b/ü', '...', 'a..b'])
    expect(staysInside(path)).toBe(true)
  for (const path of ['', '/', '/a', 'a/', '..', '../a', 'a/..', 'a//b', 'C:a', 'a\\b', 'a\0', 'a\n'])
    expect(staysInside(path)).toBe(false)
})

it('a job trains for no epoch only where it starts from a file, which no path leads to from outside', () => {
  const train = { ...job.train, epochs: 0 }
  const start = { file: 'a.safetensors', sha256: 'a'.repeat(64) }
  expect(JobSchema.safeParse({ ...job, train }).success).toBe(false)
  expect(JobSchema.safeParse({ ...job, train: { ...train, start } }).success).toBe(true)
  expect(JobSchema.safeParse({ ...job, train: { ...train, start: { ...start, sha256: null } } }).success).toBe(true)
  expect(JobSchema.safeParse({ ...job, train: { ...train, start: { ...start, file: '../a' } } }).success).toBe(false)
  expect(JobSchema.safeParse({ ...job, train: { ...train, start: { ...start, sha256: 'a' } } }).success).toBe(false)
})
