"""SQL text in, meaning out. Pure, and the only room that knows sqlglot.

To know it, read in this order: `understand` (the front door); `run` and `script` (a text, statement by statement);
`by_hand/table` (what is read from tokens) and `effects` (what is read from trees), tables whose rows lead to one file
each; then `statement`, `lineage`, `shapes` and `sources` (what feeds what). `dialects` and `names`: what dialects
differ in. tests/sql/golden shows by example what a statement means.
"""
