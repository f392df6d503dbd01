/** Writes the parser anew from `grammar.js`, without the tree-sitter command. */
import { cargo } from './cargo.mjs'

process.exitCode = cargo(['test', '--locked', 'stale'], { SNNX_UPDATE: '1' }).status ?? 1
