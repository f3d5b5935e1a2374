"""Statements with plain grammars, read from their tokens: one file for each family of verbs."""
