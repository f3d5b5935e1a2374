"""Statements with plain grammars, read from their tokens: one file for each family of verbs.

Each concern is one table: READERS (table.py) says who reads which verb, and which verbs do nothing; kinds.py, by words,
what a DROP or ALTER may name; CLAUSES (alter.py), who reads which clause of an ALTER; PROCEDURES (procedures.py), what
the systems' own procedures do; keeping.py, by which settings data goes without any DROP.
"""
