import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ResultSchema } from '@snnx/ir'
import { defineCollection } from 'astro/content/config'
import { glob } from 'astro/loaders'
import { experimentsFolder } from './site/experiments.ts'

/** Every record of every experiment; an entry's id is `<experiment folder>/<job hash>`. */
const results = defineCollection({
  loader: glob({
    base: pathToFileURL(experimentsFolder()),
    pattern: '*/results/*.json',
    generateId: ({ entry }) => `${entry.split('/')[0]}/${basename(entry, '.json')}`,
  }),
  schema: ResultSchema,
})

export const collections = { results }
