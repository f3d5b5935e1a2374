"""The temp tables of a session, by name: sessions that make thousands of them are read as fast as others.

To everybody else it is a tuple. What a plain tuple would be searched for, and hashed for, with each statement is known
here from the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from lineagebot.model import TemporaryRelation


class Temporaries(tuple[TemporaryRelation, ...]):
    """In the order in which they were made; of one name only the last."""

    by_name: dict[str, TemporaryRelation]
    #: Some may be written with less or more than they are called: a temp table that stands in a schema.
    has_dotted: bool
    #: Equal for the same tables, and for others as good as never: hashes that add up.
    mark: int

    @staticmethod
    def of(relations: Iterable[TemporaryRelation]) -> Temporaries:
        if isinstance(relations, Temporaries):
            return relations
        by_name = {relation.name: relation for relation in relations}
        return _made(by_name, sum(map(hash, by_name.values())), has_dotted=any("." in name for name in by_name))

    def with_one(self, relation: TemporaryRelation) -> Temporaries:
        by_name = self.by_name.copy()
        old = by_name.pop(relation.name, None)
        by_name[relation.name] = relation
        mark = self.mark + hash(relation) - (hash(old) if old is not None else 0)
        return _made(by_name, mark, has_dotted=self.has_dotted or "." in relation.name)

    def without(self, name: str) -> Temporaries:
        old = self.by_name.get(name)
        if old is None:
            return self
        by_name = self.by_name.copy()
        del by_name[name]
        return _made(by_name, self.mark - hash(old), has_dotted=self.has_dotted)

    def __reduce__(self) -> tuple[object, ...]:
        return Temporaries.of, (tuple(self),)


def _made(by_name: dict[str, TemporaryRelation], mark: int, *, has_dotted: bool) -> Temporaries:
    made = Temporaries(by_name.values())
    made.by_name, made.mark, made.has_dotted = by_name, mark, has_dotted
    return made
