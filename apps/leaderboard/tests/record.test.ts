import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseResult, type Result, SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkRecords } from '../src/site/experiments.ts'
import { inventCampaign, inventResult, writeResults } from './fixture.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snnx-records-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const good = JSON.stringify(inventResult({ method: 'minimax', seed: 0 }))

/** The error that a changed record gives. */
function refuse(change: (result: Result) => void): SnnxError {
  const result = JSON.parse(good) as Result
  change(result)
  return refuseText(JSON.stringify(result))
}

function refuseText(text: string): SnnxError {
  try {
    parseResult(text, 'mine/results/x.json')
  } catch (error) {
    if (error instanceof SnnxError) return error
    throw error
  }
  throw new Error('the record was taken')
}

describe('records that are refused, with the file and the field', () => {
  test.each<[string, (text: string) => string, string, RegExp]>([
    ['an empty file', () => '', 'SNX0901', /is not JSON/],
    ['a cut file', (text) => text.slice(0, 500), 'SNX0901', /is not JSON/],
    ['an array', () => '[]', 'SNX0903', /expected object/],
    ['null', () => 'null', 'SNX0903', /expected object/],
    ['a missing field', (text) => text.replace('"denseHash"', '"denseHush"'), 'SNX0903', /`denseHash`/],
    ['an unknown key', (text) => text.replace('{', '{"evil":1,'), 'SNX0903', /unrecognized key: "evil"/],
    ['__proto__', (text) => text.replace('{', '{"__proto__":{"polluted":1},'), 'SNX0903', /__proto__/],
    [
      'a number beyond all',
      (text) => text.replace('"trainSeconds":3800', '"trainSeconds":1e999'),
      'SNX0903',
      /`time.trainSeconds`/,
    ],
    ['a number as text', (text) => text.replace('"cores":2', '"cores":"2"'), 'SNX0903', /`machine.cores`/],
    [
      'a count with a fraction',
      (text) => text.replace('"kept":', '"kept":0.5e0,"k":'),
      'SNX0903',
      /`nodes.0.layers.0.kept`/,
    ],
    ['another format', (text) => text.replace('"format":1', '"format":2'), 'SNX0902', /`format`/],
    ['a path as hash', (text) => text.replace(/"hash":"[0-9a-f]+"/, '"hash":"../../../up"'), 'SNX0903', /`hash`/],
  ])('%s', (_, change, code, message) => {
    const error = refuseText(change(good))
    expect(error).toMatchObject({ code })
    expect(error.message).toMatch(message)
    expect(error.message).toContain('mine/results/x.json')
    expect(error.message).not.toMatch(/\n/)
    expect(error.help).toBeTruthy()
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test.each<[string, (result: Result) => void, string, RegExp]>([
    ['a changed job', (result) => (result.job.seed += 1), 'SNX0905', /`hash` is [0-9a-f]{16}, but its job has hash/],
    ['an unresolved backend', (result) => (result.job.backend = 'auto'), 'SNX0905', /auto/],
    ['more right answers than examples', ({ nodes }) => (nodes[1]!.test.correct = 10_001), 'SNX0903', /`nodes.1.test`/],
    [
      'more weights kept than there are',
      ({ nodes }) => (nodes[0]!.layers[1]!.kept = 8001),
      'SNX0903',
      /`nodes.0.layers.1.kept`/,
    ],
    ['a node of another network', ({ nodes }) => nodes[2]!.layers.pop(), 'SNX0903', /`nodes.2.layers`/],
    ['other neurons', ({ nodes }) => (nodes[2]!.neurons[0]!.name = 'x'), 'SNX0903', /`nodes.2.neurons`/],
    ['an unknown prunable layer', ({ prunable }) => prunable.push('linear9'), 'SNX0903', /linear9/],
    ['nothing prunable', (result) => (result.prunable = []), 'SNX0903', /`prunable`/],
    [
      'curves of other layers',
      ({ curves }) => curves[3]!.layerConnectivity.push(1),
      'SNX0903',
      /`curves.3.layerConnectivity`/,
    ],
    ['curves of other neurons', ({ curves }) => curves[3]!.firingRates.pop(), 'SNX0903', /`curves.3.firingRates`/],
    ['an impossible dense score', ({ dense }) => (dense.correct = 10_001), 'SNX0903', /`dense`/],
  ])('%s', (_, change, code, message) => {
    const error = refuse(change)
    expect(error).toMatchObject({ code })
    expect(error.message).toMatch(message)
  })

  test('control characters and endless names do not reach the terminal', () => {
    const error = refuseText(good.replace('{', `{${JSON.stringify(`\u001b[2J${'x'.repeat(5000)}`)}:1,`))
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.message.length).toBeLessThan(500)
  })
})

test('any damage to a record is taken whole or refused with a code, never thrown otherwise', () => {
  const edits = fc.array(
    fc.tuple(fc.nat(good.length - 1), fc.constantFrom('', '"', '}', '9', '-', '\\', 'null', '\u0000')),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  fc.assert(
    fc.property(edits, (changes) => {
      let text = good
      for (const [at, put] of changes) text = text.slice(0, at) + put + text.slice(at + 1)
      try {
        parseResult(text, 'x')
      } catch (error) {
        expect(error).toBeInstanceOf(SnnxError)
      }
    }),
    { numRuns: 300, seed: 1 },
  )
})

describe('a folder of experiments', () => {
  test('all records are counted; none, or no folder, is no error', () => {
    writeResults(join(folder, 'good'), inventCampaign())
    expect(checkRecords(join(folder, 'good'))).toBe(14)
    expect(checkRecords(join(folder, 'missing'))).toBe(0)
  })

  test('a record under another name is refused', () => {
    const file = join(folder, 'renamed/mine/results/0123456789abcdef.json')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, good)
    expect(() => checkRecords(join(folder, 'renamed'))).toThrow(expect.objectContaining({ code: 'SNX0904' }))
  })

  test('a folder in place of a record is refused', () => {
    mkdirSync(join(folder, 'nested/mine/results/0123456789abcdef.json'), { recursive: true })
    expect(() => checkRecords(join(folder, 'nested'))).toThrow(expect.objectContaining({ code: 'SNX1041' }))
  })
})
