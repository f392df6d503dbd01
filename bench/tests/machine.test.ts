import { expect, it } from 'vitest'
import { nameInstructions } from '../src/machine.ts'

it('names the widest vector instructions', () => {
  expect(nameInstructions('x64', ['sse2', 'avx2', 'avx512f'])).toBe('AVX-512')
  expect(nameInstructions('x64', ['sse2', 'avx', 'avx2'])).toBe('AVX2')
  expect(nameInstructions('x64', [])).toBe('unknown')
  expect(nameInstructions('arm64', [])).toBe('NEON')
})
