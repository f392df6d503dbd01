[
  (body)
  (layers)
  (list)
] @fold
