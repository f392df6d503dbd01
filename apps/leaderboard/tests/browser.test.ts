import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { BROWSER_FLAGS } from '../../../scripts/browser.mjs'
import { type Served, serveSite } from '../src/site/index.ts'
import { inventResult } from './fixture.ts'

const { path, how } = inject('browser')
const shots = fileURLToPath(new URL('../../../test-artifacts/leaderboard/', import.meta.url))
const run = `runs/${inventResult({ method: 'minimax', seed: 1 }).hash}/`
const pages = {
  home: '',
  board: 'boards/fashion_mnist/',
  experiment: 'experiments/invented/',
  run,
  missing: '404.html',
}

describe.skipIf(path === null)(path === null ? `in a browser (none: ${how})` : 'in a browser', () => {
  let served: Served
  let browser: Browser
  let profile: string

  beforeAll(async () => {
    profile = mkdtempSync(join(tmpdir(), 'snnx-browser-'))
    mkdirSync(shots, { recursive: true })
    served = await serveSite(inject('site'))
    browser = await chromium.launch({
      executablePath: path!,
      args: BROWSER_FLAGS,
      env: { ...process.env, HOME: profile } as Record<string, string>,
    })
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
    rmSync(profile, { recursive: true, force: true })
  })

  /** Opens a page, uses it, and asserts that nothing was asked of another origin and nothing went wrong on it. */
  async function visit(
    at: string,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(served.url + at)
    await use(page)
    expect(requests.filter((url) => !url.startsWith(served.url))).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  }

  const column = (page: Page, number: number) =>
    page
      .locator('tbody tr')
      .evaluateAll(
        (rows, index) => rows.map((row) => Number((row.children[index] as HTMLElement).dataset.sort)),
        number,
      )
  const ascending = (values: number[]) => values.toSorted((one, other) => one - other)

  test('a click leads from home to a board to a run', () =>
    visit(pages.home, async (page) => {
      await page.getByRole('link', { name: 'Fashion-MNIST', exact: true }).click()
      expect(await page.locator('h1').textContent()).toBe('Fashion-MNIST')
      await page.getByRole('link', { name: 'Run of seed 1: Minimax at 5' }).click()
      expect(new URL(page.url()).pathname).toBe(`/${run}`)
      expect(await page.locator('h1').textContent()).toBe('Minimax on Fashion-MNIST')
    }))

  test('the table sorts by mouse and by keyboard, both ways', () =>
    visit(pages.board, async (page) => {
      const header = page.getByRole('columnheader', { name: 'Accuracy' })
      const button = header.getByRole('button')
      const before = await column(page, 5)
      await button.click()
      expect(await header.getAttribute('aria-sort')).toBe('descending')
      expect(await column(page, 5)).toEqual(ascending(before).reverse())
      await button.press('Enter')
      expect(await header.getAttribute('aria-sort')).toBe('ascending')
      expect(await column(page, 5)).toEqual(ascending(before))
      const energy = page.getByRole('columnheader', { name: 'Energy' })
      await energy.getByRole('button').focus()
      await page.keyboard.press('Space')
      expect(await energy.getAttribute('aria-sort')).toBe('ascending')
      expect(await header.getAttribute('aria-sort')).toBeNull()
      expect(await column(page, 11)).toEqual(ascending(await column(page, 11)))
    }))

  test.each([true, false])('the chart switches by mouse and by arrow keys, with scripts: %s', (javaScriptEnabled) =>
    visit(
      pages.board,
      async (page) => {
        const seen = () =>
          page
            .locator('figure[data-axis]:visible')
            .evaluateAll((all) => all.map((figure) => (figure as HTMLElement).dataset.axis))
        expect(await seen()).toEqual(['connectivity'])
        await page.getByRole('radio', { name: 'SynOps' }).check()
        expect(await seen()).toEqual(['synops'])
        await page.keyboard.press('ArrowRight')
        expect(await seen()).toEqual(['energy'])
        await page.keyboard.press('ArrowRight')
        expect(await seen()).toEqual(['latency'])
        expect(await page.locator('figure[data-axis="latency"] svg:visible').count()).toBe(1)
        const near = page.locator('figure[data-axis="latency"] [data-view="near"]')
        expect(await near.isVisible()).toBe(false)
        await page.getByRole('checkbox', { name: 'Only above 86 %' }).press('Space')
        expect(await near.isVisible()).toBe(true)
        expect(await page.locator('figure svg:visible').count()).toBe(1)
      },
      { javaScriptEnabled },
    ),
  )

  test('without scripts everything is there to be read, and no header pretends to be a button', () =>
    visit(
      pages.board,
      async (page) => {
        expect(await page.locator('tbody tr:visible').count()).toBe(16)
        expect(await page.getByRole('button').count()).toBe(0)
        expect(await page.locator('figure svg:visible').count()).toBe(1)
      },
      { javaScriptEnabled: false },
    ))

  test('the first tab stop skips to the content, and a wide table scrolls by keyboard', () =>
    visit(
      pages.board,
      async (page) => {
        await page.keyboard.press('Tab')
        expect(await page.locator(':focus').textContent()).toBe('Skip to the content')
        await page.keyboard.press('Enter')
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
        const table = page.getByRole('region', { name: 'Rows of the Fashion-MNIST board' })
        await table.focus()
        await page.keyboard.press('ArrowRight')
        await expect.poll(() => table.evaluate((region) => region.scrollLeft), { timeout: 10_000 }).toBeGreaterThan(0)
      },
      { viewport: { width: 360, height: 700 } },
    ))

  for (const [name, at] of Object.entries(pages)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${name}, ${colorScheme}: axe finds no violation`, () =>
        visit(
          at,
          async (page) => {
            await page.locator('details').evaluateAll((all) => {
              for (const details of all) details.setAttribute('open', '')
            })
            const { violations } = await new AxeBuilder({ page }).analyze()
            expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])).toEqual([])
            await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true })
          },
          { colorScheme, reducedMotion: 'reduce' },
        ))
    }

    test(`${name}: at 360 pixels nothing is wider than the screen`, () =>
      visit(
        at,
        async (page) => {
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
          const { violations } = await new AxeBuilder({ page }).analyze()
          expect(violations.map(({ id }) => id)).toEqual([])
          await page.screenshot({ path: join(shots, `${name}-mobile.png`), fullPage: true })
        },
        { viewport: { width: 360, height: 740 } },
      ))
  }
})
