"""SQL text in, meaning out. Pure, and the only room that knows sqlglot. tests/sql/golden shows what a statement means.

Read it in this order; the first file of each line is the one to begin with.

1. the door: `understand`; `run` (a text, statement by statement), `meaning` (what one statement gives), `outcome` (what
   a ROLLBACK takes back), `session`, `temporaries`, `catalog`
2. words and names: `parse` (sqlglot's trees), `piping` (of |>), `tokens` (our own words, which never fail), `dialects`
   (what dialects differ in, as a table), `names`, `families`, `files`, `dynamic`, `folding`, `delimiter`
3. read from tokens: `by_hand/table`, whose rows lead to one file each
4. read from trees: `effects`, whose rows lead to `writing`, `making`, `merging`, `loading`, `many`, `calls`; what they
   fill in: `statement`; what they share: `assigning`, `receiving`, `predicates`, `cut`, `schema_change`
5. what feeds what: `lineage` (one walk), `shapes` (what it builds), `sources` (a FROM), `gathering` (an expression),
   `meant` (a column's name), `projecting` (a SELECT list), `set_operations`, `pipes` (|>); rarer: `unnesting`,
   `tabular`, `pivots`, `matching`, `choosing`, `outputs`
6. inside a column: `structs` (its fields), `inferred` (its type), `fields`, `type_kinds`, `types`, `user_types`
7. scripts: `scripting`, `script`, `flow`, `variables`, `told` (the texts that a variable can hold), `routine`, `acts`,
   `batches` (T-SQL without semicolons), `script_end` (a long query behind a short script); `defined` (procedures from
   one text to another)
8. what is not understood: `destructive`; what is the system's own: `system`
9. around it: `fingerprint`, `positions`, `skeleton`, `cache`, `quick` (speed); `pool` (worker processes); `clean`
   (pasted text); `jsonl`, `net` (how engines of this kind are compared)
"""
