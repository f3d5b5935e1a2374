"""A time zone as people call it ("Berlin", "new york", "utc"), or the zones that they may have meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from zoneinfo import available_timezones

from lineagebot.errors import BadRequest
from lineagebot.reply import Choice, Choices, Paragraph, Reply

#: Letters that mean several zones, or one without its summer time: asked back, never taken.
_LETTERS: Mapping[str, tuple[str, ...]] = {
    "est": ("America/New_York",),
    "edt": ("America/New_York",),
    "et": ("America/New_York",),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "cdt": ("America/Chicago",),
    "ct": ("America/Chicago",),
    "mst": ("America/Denver", "America/Phoenix"),
    "mdt": ("America/Denver",),
    "pst": ("America/Los_Angeles",),
    "pdt": ("America/Los_Angeles",),
    "pt": ("America/Los_Angeles",),
    "bst": ("Europe/London",),
    "wet": ("Europe/Lisbon",),
    "cet": ("Europe/Berlin", "Europe/Paris"),
    "cest": ("Europe/Berlin", "Europe/Paris"),
    "met": ("Europe/Berlin", "Europe/Paris"),
    "eet": ("Europe/Helsinki", "Europe/Athens"),
    "eest": ("Europe/Helsinki", "Europe/Athens"),
    "msk": ("Europe/Moscow",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "sgt": ("Asia/Singapore",),
    "hst": ("Pacific/Honolulu",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"),
    "nzst": ("Pacific/Auckland",),
}
_UTC = frozenset({"utc", "gmt", "z", "zulu"})
#: Suggestions, at most.
MOST = 3


def zone_said(words: str, own: str | None) -> str | tuple[str, ...]:
    """The zone that the words name, the asker's `own` where there are none, UTC where nobody knows it."""
    said = re.sub(r"^(?:in|at) | time$", "", " ".join(words.split()).strip(" ,;()"), flags=re.IGNORECASE)
    if said:
        return zone_called(said)
    return own if own is not None and own in available_timezones() else "UTC"


def which_zone(words: str, meant: Sequence[tuple[str, str]]) -> Reply:
    """Asked back: a button for each (zone, command line)."""
    said = " ".join(words.split())
    if not meant:
        raise BadRequest(f"I know no time zone “{said}”. Name it like Europe/Berlin, America/New_York or UTC.")
    text = f"I know no one time zone “{said}”. Did you mean {' or '.join(name for name, _ in meant)}?"
    return Reply(text, (Paragraph((text,)), Choices(tuple(Choice(name, line) for name, line in meant))), refused=True)


def zone_called(said: str) -> str | tuple[str, ...]:
    """The zone's name in the tz database; else those that may be meant, the likeliest first, () for none."""
    words = said.strip().lower().replace(" ", "_")
    if words in _UTC:
        return "UTC"
    if words in _LETTERS:
        return _LETTERS[words]
    names, cities = _known()
    if words in names:
        return names[words]
    if len(called := cities.get(words, ())) == 1:
        return called[0]
    if called:
        return called[:MOST]
    near = difflib.get_close_matches(words, [*names, *cities], n=2 * MOST, cutoff=0.75)
    found = [name for word in near for name in ((names[word],) if word in names else cities[word])]
    return tuple(dict.fromkeys(found))[:MOST]


@cache
def _known() -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Zones by their whole name and by their city, in small letters."""
    there = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix")))
    cities: dict[str, tuple[str, ...]] = {}
    for name in there:
        city = name.rsplit("/", 1)[1].lower()
        cities[city] = (*cities.get(city, ()), name)
    return {name.lower(): name for name in there}, cities
