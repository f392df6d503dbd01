import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { spreadOf } from '../src/board/spread.ts'
import { inventCampaign, inventResult, SPEC, writeResults } from './fixture.ts'
import { runBuild } from './run.ts'

const site = inject('site')
const pagesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
const open = (folder: string, page: string) => parseHTML(readFileSync(join(folder, page), 'utf8')).document

const plain = (element: Element) => element.textContent!.replace(/[\s\u202f]+/g, ' ').trim()

/** The titles of a page's first table, and the text of its cells. */
function readTable(page: string): { heads: string[]; rows: string[][] } {
  const document = open(site, page)
  return {
    heads: [...document.querySelectorAll('table:first-of-type thead .title')].map(plain),
    rows: [...document.querySelectorAll('tbody tr')].map((row) => [...row.children].map(plain)),
  }
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snnx-site-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the pages', () => {
  test('one for each board, experiment and run', () => {
    const runs = inventCampaign().map(({ hash }) => `runs/${hash}/index.html`)
    const boards = ['fashion_mini', 'fashion_mnist'].map((name) => `boards/${name}/index.html`)
    const experiments = ['invented', 'other'].map((name) => `experiments/${name}/index.html`)
    expect(pagesOf(site).toSorted()).toEqual(['404.html', 'index.html', ...boards, ...experiments, ...runs].toSorted())
  })

  test.each(pagesOf(site))('%s: links lead somewhere, nothing comes from elsewhere, nothing is inline', (page) => {
    const document = open(site, page)
    for (const element of document.querySelectorAll('[href], [src]')) {
      const target = (element.getAttribute('href') ?? element.getAttribute('src'))!
      expect(target).toMatch(/^(\/|#main$)/)
      if (target.startsWith('/'))
        expect(existsSync(join(site, target.endsWith('/') ? `${target}index.html` : target)), target).toBe(true)
    }
    expect(document.querySelectorAll('script:not([src]), style, [style], iframe')).toHaveLength(0)
    expect(document.querySelectorAll('h1')).toHaveLength(1)
    expect(document.querySelector('meta[http-equiv="Content-Security-Policy"]')!.getAttribute('content')).toMatch(
      /^default-src 'none'/,
    )
    for (const script of document.querySelectorAll('script, pre')) script.remove()
    expect(document.body.textContent, 'a space before or none after a mark').not.toMatch(/\s[,;.] |[a-z][,;.][A-Z]/)
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('a row of the board shows what its records say', () => {
    const seeds = [0, 1, 2].map((seed) => inventResult({ method: 'minimax', seed }))
    const accuracies = seeds.map(({ nodes }) => nodes[4]!.test.correct / 100)
    const { mean, interval } = spreadOf(accuracies)
    const { heads, rows } = readTable('boards/fashion_mnist/index.html')
    const row = rows.find(([method, node]) => method === 'Minimax' && node === '0.73 %')!
    const cell = (head: string) => row[heads.indexOf(head)]
    const [least, most] = [Math.min(...accuracies).toFixed(2), Math.max(...accuracies).toFixed(2)]
    expect(cell('Runs')).toBe('0 1 2 n = 3')
    expect(cell('Synapses')).toBe('0.724 %') // 4,596 of 635,200
    expect(cell('Accuracy')).toContain(`${mean.toFixed(2)} ± ${(interval![1] - mean).toFixed(2)} ${least} to ${most}`)
    expect(cell('FLOPs')).toMatch(/^37\.1 k/)
    expect(cell('Weights file')).toMatch(/^33\.7 kB 75\.5 × smaller/)
    expect(cell('Epochs')).toBe('25')
  })

  test('an experiment has the columns, the order and the axes that its report asks for', () => {
    const page = 'experiments/invented/index.html'
    const { heads, rows } = readTable(page)
    expect(heads).toEqual(['Method', 'Node', 'Runs', 'Energy', 'Accuracy', 'Against dense', 'Against best', 'SynOps'])
    const document = open(site, page)
    const synops = [...document.querySelectorAll('tbody tr')].map((row) =>
      Number(row.children[heads.indexOf('SynOps')]!.getAttribute('data-sort')),
    )
    expect(rows).toHaveLength(16)
    expect(synops).toEqual(synops.toSorted((one, other) => one - other))
    expect(document.querySelector('th[aria-sort]')!.textContent).toContain('SynOps')
    expect(document.querySelector('th[aria-sort]')!.getAttribute('aria-sort')).toBe('ascending')
    expect(document.querySelector('input[checked]')!.getAttribute('value')).toBe('synops')
    expect(document.querySelector('.lede')!.innerHTML).toBe('What is left of <code>mlp</code>?')
  })

  test('an experiment without a report has the order and the columns of the terminal', () => {
    const { heads } = readTable('experiments/other/index.html')
    const shown = ['Connectivity', 'Synapses', 'Accuracy', 'Against dense']
    const costs = ['FLOPs', 'SynOps', 'Energy', 'Latency', 'Weights file']
    expect(heads).toEqual(['Method', 'Node', 'Runs', ...shown, 'Epochs', ...costs])
    const document = open(site, 'experiments/other/index.html')
    expect(document.querySelectorAll('th[aria-sort]')).toHaveLength(0)
    expect(document.querySelector('input[checked]')!.getAttribute('value')).toBe('connectivity')
  })

  test('one seed says n = 1 and ranks nothing', () => {
    const board = open(site, 'boards/fashion_mini/index.html')
    expect(board.querySelector('tbody')!.textContent).toContain('n = 1')
    expect(board.querySelectorAll('.badge')).toHaveLength(0)
    expect(board.querySelector('main')!.textContent).toContain('Every row here has n = 1')
  })

  test('a run shows its spec as text, its job as JSON and how to verify it', () => {
    const [result] = inventCampaign()
    const run = open(site, `runs/${result!.hash}/index.html`)
    const blocks = [...run.querySelectorAll('pre')].map(({ textContent }) => textContent!)
    expect(blocks[0]).toBe(`npx snnx verify ${result!.hash}`)
    expect(blocks[1]).toBe(SPEC)
    expect(JSON.parse(blocks[2]!)).toEqual(result!.job)
  })
})

test('hostile text in a record stays text on every page', async () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e{{7*7}}'
  const experiments = join(folder, 'hostile')
  const results = [0, 1].map((seed) => inventResult({ method: 'minimax', seed, experiment: evil }))
  for (const result of results) {
    Object.assign(result.machine, { cpu: evil, os: evil, node: evil })
    Object.assign(result.engine, { package: evil, backend: evil })
    Object.assign(result.energyModel, { name: evil, source: evil })
    result.variant = { [evil]: evil }
    for (const node of result.nodes) {
      node.weights.file = evil
      for (const latency of [node.latency.dense, node.latency.compressed]) latency.single.p95Ms = 1e300
    }
    for (const epoch of result.curves) Object.assign(epoch, { loss: 1e300, connectivity: -1, s: -1e300 })
  }
  writeResults(experiments, results, '<b>folder')
  const out = join(folder, 'hostile-site')
  expect(await runBuild(['--experiments', experiments, '--out', out])).toMatchObject({ status: 0 })
  for (const page of pagesOf(out)) {
    const document = open(out, page)
    expect(document.querySelectorAll('img, script:not([src]), [onerror], b')).toHaveLength(0)
    if (page.startsWith('runs/')) expect(document.querySelector('main')!.textContent).toContain(evil)
    expect(document.body.textContent).not.toMatch(/NaN|Infinity|undefined|\[object/)
  }
})

test('no records: a site that says so', async () => {
  const out = join(folder, 'empty-site')
  expect(await runBuild(['--experiments', join(folder, 'none'), '--out', out])).toMatchObject({ status: 0 })
  expect(pagesOf(out).toSorted()).toEqual(['404.html', 'index.html'])
  expect(open(out, 'index.html').querySelector('main')!.textContent).toContain('No results yet')
})

test('a base path is before every link, whatever BASE_URL the environment has', async () => {
  const experiments = join(folder, 'based')
  writeResults(experiments, [inventResult({ method: 'dense', seed: 0 })])
  const out = join(folder, 'based-site')
  const base = ['--base', '/snnx/']
  expect(await runBuild(['--experiments', experiments, '--out', out, ...base], { BASE_URL: '/' })).toMatchObject({
    status: 0,
  })
  for (const page of pagesOf(out)) {
    for (const element of open(out, page).querySelectorAll('[href], [src]')) {
      expect(element.getAttribute('href') ?? element.getAttribute('src')).toMatch(/^(\/snnx\/|#main$)/)
    }
  }
})

describe('a bad record', () => {
  test('is named with its field, without a stack, and the site that is there stays', async () => {
    const experiments = join(folder, 'bad')
    const result = inventResult({ method: 'dense', seed: 0 })
    writeResults(experiments, [result])
    const file = join(experiments, 'invented', 'results', `${result.hash}.json`)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"cores": 2', '"cores": -2'))
    const out = join(folder, 'kept')
    mkdirSync(out)
    writeFileSync(join(out, 'index.html'), 'before')
    const { status, output } = await runBuild(['--experiments', experiments, '--out', out])
    expect(status).toBe(1)
    expect(output).toMatch(/^error\[SNX0903\]: `bad\/invented\/results\/[0-9a-f]{16}\.json` .*`machine\.cores`/)
    expect(output).not.toMatch(/^\s+at /m)
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toBe('before')
  })

  test('a place that cannot be written is named, a wrong option too', async () => {
    writeFileSync(join(folder, 'file'), '')
    const { status, output } = await runBuild(['--experiments', folder, '--out', join(folder, 'file', 'site')])
    expect(status).toBe(1)
    expect(output).toMatch(/^error\[SNX1042\]/)
    expect((await runBuild(['--colour'])).output).toMatch(/^error: .*--colour/)
  })
})
