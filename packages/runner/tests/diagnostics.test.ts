import { checkSource } from '@snnx/dsl'
import { expect, it } from 'vitest'
import { annotate, describeDiagnostic } from '../src/diagnostics.ts'

const text =
  'snnx 1\nexperiment a {\n  dataset : mnist { bach = 64 }\n  network : mlp { }\n  train { duration = 2 epochs }\n}\n'
const source = { name: 'dir/a,b.snnx', text }
const { diagnostics, imported } = checkSource(source)
const [described] = diagnostics.map((diagnostic) => describeDiagnostic(diagnostic, source, imported))

it('a diagnostic is described by exactly what tools read, from 1', () => {
  expect(described).toEqual({
    code: 'SNX0301',
    severity: 'error',
    message: '`dataset` has no key `bach`',
    file: 'dir/a,b.snnx',
    line: 3,
    column: 21,
    endLine: 3,
    endColumn: 25,
    help: 'use the nearest known name',
  })
})

it('and annotated for GitHub, with its special characters escaped', () => {
  expect(annotate(described!)).toBe(
    '::error file=dir/a%2Cb.snnx,line=3,endLine=3,col=21,endColumn=24,title=SNX0301::`dataset` has no key `bach`%0Ahelp: use the nearest known name\n',
  )
  expect(annotate({ ...described!, message: '100 %\nmore', help: null })).toContain('::100 %25%0Amore\n')
})
