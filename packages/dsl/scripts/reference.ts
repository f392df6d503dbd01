import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeLanguage } from '../src/reference.ts'

export const REFERENCE_FILE = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/language.md')
export const generateReference = (): string => describeLanguage()

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(REFERENCE_FILE, generateReference())
