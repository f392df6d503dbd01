(block
  kind: (identifier) @_kind
  body: (body) @local.scope
  (#eq? @_kind "experiment"))

(block name: (identifier) @local.definition.type)
(import name: (identifier) @local.definition.import !alias)
(import alias: (identifier) @local.definition.import)

(block base: (identifier) @local.reference)
(value_name . (identifier) @local.reference)
(call name: (path . (identifier) @local.reference))
(sweep address: (path . (identifier) @local.reference))
(condition address: (path . (identifier) @local.reference))
