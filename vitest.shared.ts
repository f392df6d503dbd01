import { defineConfig } from 'vitest/config'

/** One configuration for every project: sources are tested, not builds, and each run leaves a JSON report for the total. */
export default defineConfig({
  resolve: { conditions: ['@snnx/source'] },
  ssr: { resolve: { conditions: ['@snnx/source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['tests/**/*.test.ts', 'src/**/*.test.ts'],
    testTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'test-report.json' }]],
  },
})
