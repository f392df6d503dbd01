/**
 * The grammar of `.snnx` files for editors. It is looser than the compiler's (`packages/dsl/src/syntax/grammar.ts`): which
 * keys and units there are, and what a block may hold, is the compiler's to say.
 */

/** @param {RuleOrLiteral} rule */
const listed = (rule) => optional(seq(rule, repeat(seq(',', rule)), optional(',')))

/** @param {GrammarSymbols<string>} $ */
const statements = ($) =>
  seq(repeat($._separator), repeat(seq($._statement, repeat1($._separator))), optional($._statement))

export default grammar({
  name: 'snnx',

  // The end of a statement: a line end, unless the next line goes on with `->`, `then`, `shortcut` or `{`.
  externals: ($) => [$._line_end, $._error],
  extras: ($) => [/[\s\uFEFF\u00A0]/, $.comment, $.documentation],
  word: ($) => $.identifier,
  // Whether `step` is the unit of the number before it or says how the range is walked shows after it.
  conflicts: ($) => [[$.quantity]],

  rules: {
    source_file: statements,

    _separator: ($) => choice($._line_end, ','),
    _statement: ($) => choice($.header, $.import, $.block, $.setting, $.sweep, $.replicates, $.when, $.require),

    header: ($) => seq('snnx', field('version', $.number)),
    import: ($) =>
      seq(
        'from',
        field('file', $.string),
        'use',
        field('name', $.identifier),
        optional(seq('as', field('alias', $.identifier))),
      ),

    block: ($) =>
      seq(
        field('kind', $.identifier),
        optional(field('name', $.identifier)),
        optional(seq(':', field('base', $.identifier))),
        field('body', $.body),
      ),
    body: ($) => seq('{', statements($), '}'),

    setting: ($) =>
      seq(
        field('key', $.path),
        field('operator', choice('=', '<=', '>=')),
        field('value', $._value),
        repeat(seq('then', field('value', $._value))),
      ),
    sweep: ($) => seq(field('address', $.path), 'in', field('domain', $._domain)),
    replicates: ($) => seq('repeat', field('address', $.path), 'in', field('domain', $._domain)),
    when: ($) => seq('when', field('condition', $.condition), field('body', $.body)),
    require: ($) => seq('require', field('condition', $.condition)),
    condition: ($) =>
      seq(
        field('address', $.path),
        choice(
          seq(
            field('operator', choice('==', '!=', '<=', '>=')),
            field('operand', choice($.quantity, alias($.path, $.value_name))),
          ),
          seq('in', field('operand', $.list)),
        ),
      ),

    _domain: ($) => choice($.list, $.range),
    range: ($) =>
      seq(
        field('from', $.quantity),
        '..',
        field('to', $.quantity),
        optional(seq(field('spacing', choice('step', 'log', 'linear')), field('amount', $.quantity))),
      ),

    _value: ($) => choice($._element, $.pipeline),
    pipeline: ($) => seq($._element, repeat1(seq('->', $._element))),
    _element: ($) => choice($._factor, $.product),
    product: ($) => seq($._factor, repeat1(seq('*', $._factor))),
    _factor: ($) => choice($.quantity, $.call, alias($.path, $.value_name), $.list, $.string),

    call: ($) =>
      seq(
        field('name', $.path),
        field('arguments', $.arguments),
        optional(seq(field('body', $.layers), optional(seq('shortcut', field('shortcut', $.layers))))),
      ),
    arguments: ($) => seq('(', listed($._argument), ')'),
    _argument: ($) => choice($.argument, $._value),
    argument: ($) => seq(field('name', $.identifier), '=', field('value', $._value)),
    layers: ($) => seq('{', repeat($._line_end), $._value, repeat($._line_end), '}'),
    list: ($) => seq('[', listed($._value), ']'),

    quantity: ($) => seq($.number, optional(field('unit', $.unit))),
    unit: ($) => choice($.identifier, 'step', '%'),
    path: ($) => seq($.identifier, repeat(seq('.', $.identifier))),

    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,
    number: () => /[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/,
    string: () => /"[^"\r\n]*"/,
    documentation: () => token(prec(1, /\/\/\/[^\r\n]*/)),
    comment: () => /#[^\r\n]*/,
  },
})
