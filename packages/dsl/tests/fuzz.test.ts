import { expect, it } from 'vitest'
import { GENERATORS } from '../fuzz/generate.ts'
import { Random } from '../fuzz/random.ts'
import { shrink } from '../fuzz/shrink.ts'
import { survive } from '../fuzz/survive.ts'

/** About a minute in all, by count and not by the clock, so that each run sees the same texts. */
const TEXTS = 1_000
const SEED = 20_260

it.each(Object.entries(GENERATORS))(`survives ${TEXTS} texts at random: %s`, { timeout: 600_000 }, (_, generate) => {
  for (let number = 0; number < TEXTS; number++) survive(generate(new Random(SEED + number)))
})

it('a finding is shrunk to what makes it one', () => {
  const text = `${'a'.repeat(300)}x${'b'.repeat(200)}y${'c'.repeat(100)}`
  expect(shrink(text, (shorter) => /x.*y/.test(shorter))).toBe('xy')
})

it('the same seed gives the same texts', () => {
  for (const generate of Object.values(GENERATORS)) {
    const texts = [1, 1, 2].map((seed) => generate(new Random(seed)))
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).not.toBe(texts[2])
  }
})
