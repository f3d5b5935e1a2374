"""Every table of the store, as SQLAlchemy Core sees them; the migrations make them, a test compares the two.

Keys that may be absent hold '' instead of NULL (a column of an asset-level edge), so that a unique key can hold them.
Whatever Slack says or hears carries its workspace. Statements lie in one partition per month (see partitions.py).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def _time(name: str, *, null: bool = False, now: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, server_default=sa.func.now() if now else None)


def _text(name: str, *, null: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, server_default=default)


def _flag(name: str, *, default: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("true" if default else "false"))


def _count(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default=str(default))


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _asset(*, null: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column("asset", sa.Integer, sa.ForeignKey("asset.id"), nullable=null, primary_key=key)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


#: One configured system: how far its log and its catalog were read.
source = sa.Table(
    "source",
    metadata,
    _key("name"),
    _text("kind", default=""),
    _text("cursor", null=True),
    _time("watermark", null=True),
    _time("inventory_at", null=True),
    _text("trouble", null=True),
    _time("trouble_at", null=True),
    _flag("first_read_done"),
    sa.Column("epoch", sa.BigInteger),
    #: The earliest statement that was read: silence before it means nothing.
    _time("log_from", null=True),
)

#: How much of each day's log was read and not understood.
source_day = sa.Table(
    "source_day",
    metadata,
    _key("source"),
    sa.Column("day", sa.Date, primary_key=True),
    _count("statements"),
    _count("not_understood"),
)

asset = sa.Table(
    "asset",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    _text("system"),
    sa.Column("path", ARRAY(sa.Text), nullable=False),
    _text("kind"),
    _text("title"),
    _text("url", null=True),
    _text("description", null=True),
    _time("first_seen", null=True),
    _time("gone_at", null=True),
    #: The system's own counter of reads as the last inventory had it, and what follows from it for the last one.
    sa.Column("scans", sa.BigInteger),
    _time("last_scanned", null=True),
    _time("scanned_after", null=True),
    #: False where only people spoke of it: kept for the day it appears, not yet shown.
    _flag("known", default=True),
    #: A name as pipelines leave it behind (revenue__dbt_tmp): found last.
    _flag("leftover"),
    _text("lname"),
    sa.Column("suffixes", ARRAY(sa.Text), nullable=False),
    sa.Column("tokens", ARRAY(sa.Text), nullable=False),
    sa.UniqueConstraint("system", "path"),
    sa.Index("asset_lname_idx", "lname", postgresql_ops={"lname": "text_pattern_ops"}),
    sa.Index("asset_suffixes_idx", "suffixes", postgresql_using="gin"),
    sa.Index("asset_tokens_idx", "tokens", postgresql_using="gin"),
    sa.Index("asset_kind_idx", "kind"),
)

#: The distinct tokens of all names: what a mistyped word is corrected against.
word = sa.Table(
    "word",
    metadata,
    _key("word"),
    sa.Index("word_prefix_idx", "word", postgresql_ops={"word": "text_pattern_ops"}),
)

#: What stood under a name from when to when; `columns` NULL where nobody told them.
incarnation = sa.Table(
    "incarnation",
    metadata,
    _id(),
    _asset(),
    _text("native_id", null=True),
    _text("kind"),
    sa.Column("columns", JSONB(none_as_null=True)),
    _text("definition", null=True),
    _time("created_at"),
    _time("gone_at", null=True),
    _text("created_by", null=True),
    sa.Index("incarnation_standing_idx", "asset", unique=True, postgresql_where=sa.text("gone_at IS NULL")),
    sa.Index("incarnation_asset_idx", "asset", "created_at"),
)

_STANDING = sa.text("ended_at IS NULL")
_STANDING_WHOLE = sa.text("ended_at IS NULL AND source_column = '' AND target_column = ''")

edge = sa.Table(
    "edge",
    metadata,
    _id(),
    sa.Column("source", sa.Integer, sa.ForeignKey("asset.id"), nullable=False),
    sa.Column("target", sa.Integer, sa.ForeignKey("asset.id"), nullable=False),
    _text("kind"),
    _text("source_column", default=""),
    _text("target_column", default=""),
    _text("how", default=""),
    _text("layer"),
    #: The system whose log, catalog or file says so; '' for people.
    _text("said_by", default=""),
    _text("binding"),
    _time("first_seen"),
    _time("last_seen"),
    _time("ended_at", null=True),
    _text("evidence", null=True),
    sa.UniqueConstraint(
        "source", "target", "kind", "source_column", "target_column", "how", "layer", "said_by", name="edge_key"
    ),
    sa.Index("edge_forward_idx", "source", postgresql_include=["target"], postgresql_where=_STANDING_WHOLE),
    sa.Index("edge_back_idx", "target", postgresql_include=["source"], postgresql_where=_STANDING_WHOLE),
    sa.Index("edge_target_idx", "target"),
    sa.Index(
        "edge_listed_idx",
        "said_by",
        "layer",
        postgresql_where=sa.text("ended_at IS NULL AND layer <> 'query'"),
    ),
)

#: What assets of one system read in another, as references.py writes it; `why` NULL before the first try to match it,
#: '' where all that it names was found.
reference = sa.Table(
    "reference",
    metadata,
    _id(),
    _text("system"),
    _text("digest"),
    sa.Column("told", JSONB, nullable=False),
    _text("why", null=True),
    sa.Column("missing", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.UniqueConstraint("system", "digest"),
)

#: Append-only: an edge appeared or ended.
edge_event = sa.Table(
    "edge_event",
    metadata,
    _id(),
    sa.Column("edge", sa.BigInteger, sa.ForeignKey("edge.id"), nullable=False),
    _flag("appeared"),
    _time("at"),
    _text("by", null=True),
    sa.Index("edge_event_edge_idx", "edge"),
)

statement = sa.Table(
    "statement",
    metadata,
    _key("system"),
    _key("id"),
    sa.Column("started_at", sa.DateTime(timezone=True), primary_key=True),
    _time("ended_at", null=True),
    _text("fingerprint"),
    _text("login", null=True),
    _text("role", null=True),
    _text("application", null=True),
    _text("session", null=True),
    _text("transaction", null=True),
    _text("parent", null=True),
    sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"),
    _text("outcome"),
    sa.Column("rows", sa.BigInteger),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("cost", sa.Double),
    _text("via", null=True),
    _flag("by_machine"),
    sa.Index("statement_fingerprint_idx", "fingerprint", "started_at"),
    sa.Index("statement_started_at_idx", "started_at", postgresql_using="brin"),
    postgresql_partition_by="RANGE (started_at)",
)

#: Each text once, its literals masked.
text = sa.Table("text", metadata, _key("fingerprint"), _text("masked"), _text("dialect"), _time("first_seen"))

#: How often one login read and wrote an asset (`column` '') or a column of it on one UTC day.
use = sa.Table(
    "use",
    metadata,
    _asset(key=True),
    _key("column"),
    _key("system"),
    _key("login"),
    sa.Column("day", sa.Date, primary_key=True),
    _count("reads"),
    _count("writes"),
    _flag("by_machine"),
    _count("scanning"),
)

person = sa.Table("person", metadata, _key("id"), _text("name"), _text("email", null=True), _flag("machine"))

login = sa.Table(
    "login",
    metadata,
    _key("system"),
    _key("login"),
    sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
    sa.Index("login_person_idx", "person"),
)

#: Who is meant in one Slack workspace by an e-mail or a channel's name (folded).
slack_identity = sa.Table("slack_identity", metadata, _key("workspace"), _key("handle"), _text("slack_id"))

#: Owners as a source declares them (`said_by` its name) or as people set them (`said_by` ''): people win.
owner = sa.Table(
    "owner",
    metadata,
    _asset(key=True),
    _key("said_by"),
    _key("kind"),
    _key("id"),
    _text("name"),
    _count("rank"),
    _text("by", null=True),
    _time("at"),
    sa.Index("owner_said_by_idx", "said_by"),
)

tag = sa.Table(
    "tag",
    metadata,
    _asset(key=True),
    _key("said_by"),
    _key("tag"),
    _count("rank"),
    _text("by", null=True),
    _time("at"),
    sa.Index("tag_said_by_idx", "said_by"),
)

#: What a system tells of an asset beyond its edges: [name, value] pairs, as facts.py writes them.
fact = sa.Table(
    "fact",
    metadata,
    _asset(key=True),
    _key("said_by"),
    sa.Column("told", JSONB, nullable=False),
    _time("at"),
    sa.Index("fact_said_by_idx", "said_by"),
)

#: Statements that another system says it ran, and that no log has shown yet.
awaited = sa.Table(
    "awaited",
    metadata,
    _key("system"),
    _key("id"),
    _text("via"),
    _time("at"),
    sa.Index("awaited_at_idx", "at"),
)

subscription = sa.Table(
    "subscription",
    metadata,
    _id(),
    _text("workspace"),
    _text("channel"),
    _asset(null=True),
    _text("pattern", null=True),
    _text("by"),
    _time("at"),
    _flag("upstream"),
    _text("floor", null=True),
    sa.CheckConstraint("(asset IS NULL) <> (pattern IS NULL)", name="subscription_of_one_thing"),
    sa.Index(
        "subscription_asset_idx",
        "asset",
        "workspace",
        "channel",
        "upstream",
        unique=True,
        postgresql_where=sa.text("asset IS NOT NULL"),
    ),
    sa.Index(
        "subscription_pattern_idx",
        "pattern",
        "workspace",
        "channel",
        unique=True,
        postgresql_where=sa.text("pattern IS NOT NULL"),
    ),
)

#: Statements that did something beyond reading and appending, in the order in which they were committed here.
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _text("system"),
    _text("statement_id"),
    _text("fingerprint"),
    _time("started_at"),
    sa.Column("statement", JSONB, nullable=False),
    sa.Column("effects", JSONB, nullable=False),
    sa.Column("problems", JSONB, nullable=False),
    #: What a statement that failed for the want of something would have read.
    sa.Column("reads", JSONB, nullable=False, server_default="[]"),
    _flag("taught"),
    _flag("by_machine"),
    _time("recorded_at", now=True),
    sa.Index("journal_statement_idx", "system", "statement_id"),
)

#: What lost every row and was not filled since; `asset` in one string (see assets.py).
emptied = sa.Table("emptied", metadata, _key("asset"), _time("at"))

#: What was not understood, once per text; `touches` are asset names in one string each (see assets.py).
problem = sa.Table(
    "problem",
    metadata,
    _key("system"),
    _key("fingerprint"),
    _key("digest"),
    _text("message"),
    sa.Column("line", sa.Integer),
    sa.Column("column", sa.Integer),
    _flag("looks_destructive"),
    sa.Column("touches", ARRAY(sa.Text), nullable=False),
    _count("times"),
    _time("first_seen"),
    _time("last_seen"),
    _text("statement_id"),
    sa.Index("problem_touches_idx", "touches", postgresql_using="gin"),
)

alert = sa.Table(
    "alert",
    metadata,
    _key("id"),
    _text("key"),
    _text("system"),
    _text("asset_system"),
    sa.Column("asset_path", ARRAY(sa.Text), nullable=False),
    _text("kind"),
    _text("severity"),
    _text("headline"),
    _text("message"),
    _time("happened_at"),
    _time("raised_at"),
    sa.Column("columns", ARRAY(sa.Text), nullable=False),
    _text("statement_id", null=True),
    _text("fingerprint", null=True),
    _text("login", null=True),
    _text("state"),
    _text("acted_by", null=True),
    _time("acted_at", null=True),
    _time("snoozed_until", null=True),
    _count("count", 1),
    _count("version", 1),
    _time("escalated_at", null=True),
    _text("aftermath", null=True),
    sa.UniqueConstraint("key"),
    sa.Index("alert_raised_at_idx", "raised_at"),
    sa.Index(
        "alert_open_idx",
        "system",
        "raised_at",
        postgresql_where=sa.text("state IN ('open', 'acknowledged', 'snoozed')"),
    ),
)

alert_post = sa.Table(
    "alert_post",
    metadata,
    _id(),
    sa.Column("alert_id", sa.Text, sa.ForeignKey("alert.id"), nullable=False),
    _text("workspace"),
    _text("channel"),
    _text("thread", null=True),
    _text("message", null=True),
    _count("drawn_version"),
    _text("why", null=True),
    sa.UniqueConstraint("alert_id", "workspace", "channel"),
)

#: A change that somebody says will happen; its effects, victims and objections as records.py writes them.
announcement = sa.Table(
    "announcement",
    metadata,
    _key("id"),
    _text("workspace"),
    _text("announcer"),
    _text("name"),
    _text("system"),
    _text("why"),
    _text("statement"),
    sa.Column("effects", JSONB, nullable=False),
    sa.Column("victims", JSONB, nullable=False),
    _time("at"),
    _time("announced_at"),
    _text("message"),
    _text("state"),
    sa.Column("objections", JSONB, nullable=False),
    _text("outcome", null=True),
    _count("version", 1),
    sa.Index("announcement_at_idx", "at"),
)

announcement_post = sa.Table(
    "announcement_post",
    metadata,
    _id(),
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcement.id"), nullable=False),
    _text("workspace"),
    _text("channel"),
    _text("message", null=True),
    sa.UniqueConstraint("announcement_id", "workspace", "channel"),
)

#: When a place hears; `channel` is a person's own id where it is their direct messages, whose channel is `dm`.
listening = sa.Table(
    "listening",
    metadata,
    _key("workspace"),
    _key("channel"),
    _text("dm", null=True),
    sa.Column("quiet", JSONB(none_as_null=True)),
    sa.Column("digest", JSONB(none_as_null=True)),
    _time("digested_at", null=True),
)

#: One message that tells all at once what waited for a place.
roundup = sa.Table(
    "roundup",
    metadata,
    _id(),
    _text("workspace"),
    _text("channel"),
    _text("kind"),
    _time("since"),
    _time("at"),
    _text("foot"),
    _text("message", null=True),
)

#: What a place is to hear later; with `roundup_id`: what was told there.
held = sa.Table(
    "held",
    metadata,
    _id(),
    _text("workspace"),
    _text("channel"),
    sa.Column("alert_id", sa.Text, sa.ForeignKey("alert.id")),
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcement.id")),
    _text("until"),
    _text("why", null=True),
    sa.Column("dashboards", ARRAY(sa.Text), nullable=False),
    _time("at"),
    sa.Column("roundup_id", sa.BigInteger, sa.ForeignKey("roundup.id")),
    sa.CheckConstraint("(alert_id IS NULL) <> (announcement_id IS NULL)", name="held_of_one_thing"),
    sa.Index(
        "held_waiting_idx",
        "workspace",
        "channel",
        sa.text("coalesce(alert_id, announcement_id)"),
        unique=True,
        postgresql_where=sa.text("roundup_id IS NULL"),
    ),
    sa.Index("held_alert_id_idx", "alert_id"),
    sa.Index("held_roundup_id_idx", "roundup_id"),
)

#: What is to be said. `state`: waiting, sending (until `lease_until`), sent, dead.
outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    _text("kind"),
    _text("key"),
    _text("workspace"),
    _text("channel"),
    _text("thread", null=True),
    sa.Column("alert_id", sa.Text, sa.ForeignKey("alert.id")),
    sa.Column("post_id", sa.BigInteger, sa.ForeignKey("alert_post.id")),
    sa.Column("notice_id", sa.BigInteger, sa.ForeignKey("announcement_post.id")),
    sa.Column("roundup_id", sa.BigInteger, sa.ForeignKey("roundup.id")),
    sa.Column("reply", JSONB(none_as_null=True)),
    _text("state", default="waiting"),
    _time("available_at", now=True),
    _time("lease_until", null=True),
    _text("worker", null=True),
    _count("attempts"),
    _flag("maybe_sent"),
    _text("error", null=True),
    _text("message", null=True),
    _time("created_at", now=True),
    _time("sent_at", null=True),
    sa.UniqueConstraint("key"),
    sa.Index(
        "outbox_unsent_idx",
        "workspace",
        "channel",
        "id",
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    ),
    sa.Index("outbox_post_id_idx", "post_id"),
    sa.Index("outbox_alert_id_idx", "alert_id"),
    sa.Index("outbox_notice_id_idx", "notice_id"),
    sa.Index("outbox_roundup_id_idx", "roundup_id"),
)

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    _text("workspace"),
    _text("by"),
    _text("act"),
    _text("subject"),
    _text("detail"),
    _time("at"),
    sa.Index("audit_at_idx", "at"),
)

#: How far a watcher has folded the journal, and what it remembers.
watch_state = sa.Table(
    "watch_state",
    metadata,
    _key("name"),
    _count("position"),
    _text("state"),
    sa.Column("epoch", sa.BigInteger),
)

pause = sa.Table("pause", metadata, _key("workspace"), _time("until", null=True), _text("by"), _time("at"))

#: Rises with every new leader; a cursor is saved only under the newest.
leader = sa.Table("leader", metadata, _key("name"), _count("epoch"), _text("holder"), _time("since"))

#: Slack's event ids that were taken already.
seen_event = sa.Table(
    "seen_event", metadata, _key("event_id"), _time("at", now=True), sa.Index("seen_event_at_idx", "at")
)

#: What people want no alerts about; `name` holds a fingerprint, a login, or an asset in one string (see assets.py).
quiet = sa.Table(
    "quiet",
    metadata,
    _id(),
    _text("kind"),
    _text("system"),
    _text("name"),
    _text("login"),
    _text("by"),
    _time("at"),
    sa.UniqueConstraint("kind", "system", "name", "login"),
)
