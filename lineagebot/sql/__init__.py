"""SQL text in, meaning out. Pure, and the only room that knows sqlglot."""
