import { ExperimentSchema } from '@snnx/ir'
import { compile, hasErrors, renderDiagnostic } from '../src/index.ts'

/** What must hold of every text was broken; the message says what. */
export class Finding extends Error {}

function hold(condition: boolean, what: string): void {
  if (!condition) throw new Finding(what)
}

/** The most characters that one diagnostic may be drawn with. */
const MAX_DRAWN = 50_000

/**
 * Compiles a text and draws what is said of it, and holds what must hold of any text: an experiment or an error, the
 * experiment of the schema's form, the same one the second time, every place within the text.
 * @throws Finding, or whatever the compiler throws
 */
export function survive(text: string): void {
  const source = { name: 'fuzz.snnx', text }
  const { experiment, diagnostics } = compile(source)
  hold((experiment === null) === hasErrors(diagnostics), 'an experiment or an error, not both, not neither')
  if (experiment !== null) ExperimentSchema.parse({ ...experiment, jobs: experiment.jobs.slice(0, 50) })
  for (const diagnostic of diagnostics) {
    const { span, causes, help } = diagnostic
    for (const { start, end } of [span, ...causes.map((cause) => cause.span), ...(help?.edits ?? [])])
      hold(
        0 <= start && start <= end && end <= text.length,
        `${diagnostic.code} lies outside the text: ${start} .. ${end}`,
      )
    const drawn = renderDiagnostic(diagnostic, source, { colour: false })
    hold(drawn.includes('fuzz.snnx:'), `${diagnostic.code} has no place`)
    hold(drawn.length <= MAX_DRAWN, `${diagnostic.code} is drawn with ${drawn.length} characters`)
    hold(
      !/\b(undefined|NaN|\[object Object\])/.test(diagnostic.message) || /undefined|NaN|object/.test(text),
      `${diagnostic.code}: ${diagnostic.message}`,
    )
  }
}
