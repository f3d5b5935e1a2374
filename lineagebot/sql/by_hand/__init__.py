"""Statements with plain grammars, read from their tokens: one file for each family of verbs.

Each concern is one table: READERS (table.py) says who reads which verb, and which verbs do nothing; kinds.py, by words,
what a DROP or ALTER may name; CLAUSES (alter.py), who reads which clause of an ALTER; PROCEDURES (procedures.py), what
the systems' own procedures do; keeping.py, by which settings data goes without any DROP.

What the parser refuses is spelled anew in words that it knows: respelled.py says by which rules, stumbling.py which
clauses are left out, output.py takes an OUTPUT off; head.py is the last resort.
"""
