// Every message of the language, one constructor each. A message says what is wrong; only `help` says how to mend it.
export * from './wording/feasibility.ts'
export * from './wording/import.ts'
export * from './wording/name.ts'
export * from './wording/report.ts'
export { advise, insert } from './wording/say.ts'
export * from './wording/sweep.ts'
export * from './wording/text.ts'
export * from './wording/value.ts'
