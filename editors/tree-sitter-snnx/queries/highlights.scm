(comment) @comment
(documentation) @comment.documentation
(string) @string
(number) @number
(unit) @type.unit

[
  "snnx"
  "from"
  "use"
  "as"
  "when"
  "require"
  "repeat"
  "in"
  "then"
  "step"
  "log"
  "linear"
  "shortcut"
] @keyword

(header version: (number) @constant)
(block kind: (identifier) @keyword.type)
(block name: (identifier) @type.definition)
(block base: (identifier) @type)
(import name: (identifier) @type)
(import alias: (identifier) @type.definition)

(setting key: (path) @property)
(sweep address: (path) @variable)
(replicates address: (path) @variable)
(condition address: (path) @variable)
(argument name: (identifier) @variable.parameter)
(call name: (path) @function)
(value_name) @constant

[
  "="
  "<="
  ">="
  "=="
  "!="
  "->"
  ".."
  "*"
] @operator

[
  "("
  ")"
  "["
  "]"
  "{"
  "}"
] @punctuation.bracket

[
  ","
  "."
  ":"
] @punctuation.delimiter
