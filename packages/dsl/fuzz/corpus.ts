import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** Every text of the language in the project: `std/`, the experiments, and the tests' valid and invalid ones. */
export const CORPUS: readonly string[] = globSync('{std,experiments/*,packages/dsl/tests/**}/*.snnx', { cwd: root })
  .sort()
  .map((file) => readFileSync(join(root, file), 'utf8'))

/** The words of the corpus, and words that have been trouble elsewhere. */
export const WORDS: readonly string[] = [
  ...new Set(CORPUS.flatMap((text) => text.match(/[A-Za-z_]+|[0-9][0-9.e-]*|[^\s\w]+/g) ?? [])),
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'NaN', 'Infinity', 'null'],
  ...['1e999', '-1e999', '-0', '0', '-1', '9007199254740993', '1e-400', '1e21', '0.1', '4294967296', '1e12', '100000'],
  ...['"', '"a"', '..', '...', '==', '!=', '<=', '>=', '->', '=', '%', '#', '///', '//', ',', ';', '\\', '$', '`', '@'],
  ...['{', '}', '(', ')', '[', ']', '\n', '\r\n', '\r', '\t', '\u0000', '\u001b[31m', '\ufeff', '\u00a0', '\u2028'],
  ...['é', 'e\u0301', '漢', '🧠', '\ud83e', '\udde0', '\u202e', 'x'.repeat(300)],
]
