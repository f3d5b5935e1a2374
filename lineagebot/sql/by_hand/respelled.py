"""What some dialects spell in a way that the parser does not know, spelled as it does.

Asked only where the parser gave up, as `stumbling` is. Each rule finds one habit of one dialect, and is tried on any
text: a spelling that is no SQL elsewhere does no harm there. The text that comes out is read again, so one rule may
leave work to another.
"""

from __future__ import annotations

from lineagebot.sql.by_hand.reader import Reader
from lineagebot.sql.by_hand.respelled_create import CREATING, STORING
from lineagebot.sql.by_hand.respelled_queries import INSIDE, QUERYING
from lineagebot.sql.by_hand.respelled_writes import APPLYING, DELETING, INSERTING, MERGING, UPDATING
from lineagebot.sql.by_hand.spelling import Rule
from lineagebot.sql.by_hand.stumbling import LONGEST, rewritten, said_of
from lineagebot.sql.meaning import Context


def respelled(context: Context) -> str | None:
    """Another text of the same meaning; None where we know of none."""
    if len(context.text) > LONGEST:
        return None
    tokens = Reader(context).tokens
    said = said_of(tokens)
    for rule in _RULES.get(said[0] if said else "", ()):
        rewrites = sorted(rule(tokens, said))
        if rewrites:
            return rewritten(context.text, tokens, rewrites)
    return None


#: By the first word of the statement.
_RULES: dict[str, tuple[Rule, ...]] = {
    "CREATE": (*CREATING, *INSIDE, *STORING),
    "REPLACE": INSIDE,
    "INSERT": (*INSERTING, *INSIDE),
    "UPDATE": (*UPDATING, *INSIDE),
    "DELETE": (*DELETING, *INSIDE),
    "MERGE": (*MERGING, *INSIDE),
    "APPLY": APPLYING,
    "AUTO": APPLYING,
    **dict.fromkeys(("SELECT", "SEL", "WITH", "LOCKING", "LOCK", "("), QUERYING),
}
