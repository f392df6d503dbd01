import { describe, expect, it } from 'vitest'
import { Analysis, colourOf, highlight } from '../src/editor/index.ts'
import { type Code, compile, type Diagnostic, renderDiagnostic } from '../src/index.ts'

const plain = { colour: false }
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is tested
const withoutColour = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '')

describe('code frames as the design draws them', () => {
  it('a missing unit, character for character', () => {
    const text = [
      'snnx 1',
      '',
      '/// How few connections does the 2-layer network need on Fashion-MNIST?',
      'experiment fashion_mlp {',
      '  dataset : fashion_mnist {',
      '    encode     = direct',
      '    batch      = 64',
      '    validation = 10 %',
      '  }',
      '',
      '  # the neuron',
      '  neuron cell : lif {',
      '    tau       = 2.0',
      '  }',
      '  network : mlp { }',
      '  train { duration = 1 epoch, schedule = constant }',
      '}',
    ].join('\n')
    const source = { name: 'fashion_mlp.snnx', text }
    const { diagnostics } = compile(source)
    expect(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, plain))).toEqual([
      `error[SNX0203]: \`tau\` takes a time, but this number has no unit
  --> fashion_mlp.snnx:13:17
   |
13 |     tau       = 2.0
   |                 ^^^ expected a time, such as \`2 steps\` or \`2 ms\`
help: write the unit
   |
13 |     tau       = 2.0 steps
   |                     +++++`,
    ])
  })

  it('a bound with its cause far above, a note and help in words', () => {
    const lines = Array.from({ length: 42 }, () => '')
    lines[36] = '    protect       = [first, last]'
    lines[40] = '    energy       <= 120 uJ'
    const text = lines.join('\n')
    const at = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length })
    const diagnostic: Diagnostic = {
      code: 'SNX0507' as Code,
      severity: 'error',
      message: 'the energy bound cannot be met in 60 of 120 jobs',
      span: at('120 uJ'),
      label: 'below the 130.2 uJ that `conv 1` alone needs',
      causes: [{ span: at('first'), text: '`conv 1` is never pruned' }],
      notes: [
        '`direct` input is real-valued, so `conv 1` costs multiplications: 3.54 MMAC x 8 steps x 4.6 pJ = 130.2 uJ',
      ],
      help: {
        text: 'raise the bound, unprotect `first`, or exclude those jobs with `require vgg.steps <= 4`',
        edits: [],
      },
    }
    expect(
      renderDiagnostic(diagnostic, { name: 'vgg.snnx', text }, plain),
    ).toBe(`error[SNX0507]: the energy bound cannot be met in 60 of 120 jobs
  --> vgg.snnx:41:21
   |
37 |     protect       = [first, last]
   |                      ----- \`conv 1\` is never pruned
...
41 |     energy       <= 120 uJ
   |                     ^^^^^^ below the 130.2 uJ that \`conv 1\` alone needs
   = note: \`direct\` input is real-valued, so \`conv 1\` costs multiplications: 3.54 MMAC x 8 steps x 4.6 pJ = 130.2 uJ
help: raise the bound, unprotect \`first\`, or exclude those jobs with \`require vgg.steps <= 4\``)
  })

  it('colour adds escapes and nothing else', () => {
    const source = { name: 'a.snnx', text: 'snnx 1\nexperiment Bad {\n  train { los = mse, duration = 5 }\n}\n' }
    const { diagnostics } = compile(source)
    expect(diagnostics.length).toBeGreaterThan(3)
    for (const diagnostic of diagnostics) {
      const coloured = renderDiagnostic(diagnostic, source, { colour: true })
      expect(coloured).toContain('\u001b[1;31merror')
      expect(withoutColour(coloured)).toBe(renderDiagnostic(diagnostic, source, plain))
    }
  })

  it('words have the colours of the language, and only marks and labels are bold', () => {
    const text = 'snnx 1\nexperiment a {\n\ttrain { loss = mse, duration = 5 }  # \u0007日本 \n}\n'
    const source = { name: 'a.snnx', text }
    const tint = () =>
      highlight(new Analysis(source)).flatMap((found) => {
        const colour = colourOf(found)
        return colour === null ? [] : [{ span: found.span, colour }]
      })
    const { diagnostics } = compile(source)
    for (const diagnostic of diagnostics) {
      const coloured = renderDiagnostic(diagnostic, source, { colour: true, tint })
      expect(withoutColour(coloured)).toBe(renderDiagnostic(diagnostic, source, plain))
      expect(renderDiagnostic(diagnostic, source, { colour: false, tint })).not.toContain('\u001b')
    }
    const line = renderDiagnostic(diagnostics.find(({ code }) => code === 'SNX0203')!, source, { colour: true, tint })
    const number = '\u001b[33m5\u001b[0m'
    const remark = '\u001b[90m# \ufffd日本\u001b[0m'
    expect(line).toContain(
      ` \u001b[35mtrain\u001b[0m { loss = \u001b[36mmse\u001b[0m, duration = ${number} }  ${remark}`,
    )
  })
})

it('shows what a terminal would obey: controls and changes of direction are one mark each, and the marks stay in place', () => {
  const text = 'snnx 1\nexperiment a {\n  \u001b]0;x\u0007\u202e = 1\n}\n'
  const source = { name: 'b\u001b[31m.snnx', text }
  const { diagnostics } = compile(source)
  expect(diagnostics.length).toBeGreaterThan(0)
  const drawn = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, { colour: false })).join('\n')
  expect(drawn).toContain('\ufffd]0;x\ufffd\ufffd = 1')
  expect(drawn).toContain('--> b\ufffd[31m.snnx:')
  expect(drawn.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
})

it('a line of any length leaves the error on one screen, with what is marked in sight', () => {
  const layers = Array.from({ length: 400 }, () => 'linear(10) -> cell').join(' -> ')
  const text = `snnx 1\nexperiment a {\n  network n { layers = ${layers} -> sell -> ${layers} -> rate }\n}\n`
  const source = { name: 'a.snnx', text }
  const found = compile(source).diagnostics.find(({ code }) => code === 'SNX0305')!
  const drawn = renderDiagnostic(found, source, plain).split('\n')
  expect(drawn.length).toBeLessThan(24)
  for (const line of drawn) expect(line.length).toBeLessThan(200)
  const at = drawn.findIndex((line) => line.includes('^'))
  expect(drawn[at - 1]!.slice(drawn[at]!.indexOf('^'))).toMatch(/^sell -> /)
})
