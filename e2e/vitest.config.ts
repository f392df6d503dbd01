import { mergeConfig } from 'vitest/config'
import shared from '../vitest.shared.ts'

/** Whole commands share the cores, so one file after the other. */
export default mergeConfig(shared, { test: { fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 } })
