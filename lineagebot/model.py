"""The nouns: everything any system tells us is one of these few records.

Times are aware UTC. Names are already folded to the case that their system compares in; the spelling people know stands
beside them (`title`). Containers are tuples, so that a value can be hashed, compared and sent to a worker process.
Imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class AssetKind(StrEnum):
    """What a thing is, in the words of the field. Order of shouting: dashboards and people first, tables after."""

    DASHBOARD = "dashboard"
    REPORT = "report"
    CHART = "chart"
    MODEL = "model"
    JOB = "job"
    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FOREIGN_TABLE = "foreign table"
    FILE = "file"
    SCHEMA = "schema"
    DATABASE = "database"
    OTHER = "other"

    @property
    def is_read_by_people(self) -> bool:
        """True for what a person opens (dashboard, report, chart), false for what a machine stores."""
        return self in (AssetKind.DASHBOARD, AssetKind.REPORT, AssetKind.CHART)


@dataclass(frozen=True, slots=True, order=True)
class AssetKey:
    """One name in one system.

    `system` is the configured source name ("acme"); `path` is outermost first and folded as the system folds:
    ("shop", "marts", "revenue") for database, schema, table; ("Finance", "Exec revenue") for folder and dashboard.
    """

    system: str
    path: tuple[str, ...]

    def __hash__(self) -> int:
        """Keys are looked up more often than anything else; few differ by their system alone."""
        return hash(self.path)

    @property
    def name(self) -> str:
        """The last part: the table's or the dashboard's own name."""
        return self.path[-1]

    @property
    def parent(self) -> AssetKey:
        """The key one level out (the schema of a table). Raises IndexError on a path of one part."""
        if len(self.path) < 2:
            raise IndexError(f"{self} has no parent")
        return AssetKey(self.system, self.path[:-1])

    def holds(self, other: AssetKey) -> bool:
        """True where `other` lies inside this schema or database."""
        return (
            self.system == other.system
            and len(other.path) > len(self.path)
            and other.path[: len(self.path)] == self.path
        )

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its system knows it. `type` is None where nobody said."""

    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A source says: no such asset now."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One stable record per name: owners, tags and subscriptions hang here, whatever stands under the name today."""

    key: AssetKey
    kind: AssetKind
    #: The spelling people know: "marts.revenue", "Exec revenue".
    title: str
    url: str | None = None
    description: str | None = None
    #: When the system last said that it is gone; None while it stands.
    gone_at: datetime | None = None
    #: When the system's own counters last saw it read, by whomever: pipelines and maintenance are in them too.
    last_scanned: datetime | None = None
    #: Where the system counts but keeps no time: that scan came after this, and no later than `last_scanned`.
    scanned_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incarnation:
    """What stood under a name from when to when."""

    key: AssetKey
    #: OID in Postgres, table id elsewhere; None where the system has none.
    native_id: str | None
    kind: AssetKind
    columns: tuple[Column, ...]
    created_at: datetime
    gone_at: datetime | None = None
    #: Evidence of the creation: a fingerprint or "catalog".
    created_by: str | None = None


class Outcome(StrEnum):
    """What became of a statement. An effect counts only where it is DONE, or a probe says so."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Statement:
    """One executed text as a query log tells it. Source: see each file of sync/."""

    #: The vendor's id, unique inside `system`: query id, or "session_id/line_num" for a Postgres log line.
    id: str
    system: str
    dialect: str
    text: str
    started_at: datetime
    ended_at: datetime | None = None
    login: str | None = None
    role: str | None = None
    application: str | None = None
    session: str | None = None
    transaction: str | None = None
    #: Id of the statement that ran this one (a procedure's CALL).
    parent: str | None = None
    #: Position in its session.
    seq: int = 0
    #: Database, then the schemas of the search path, as they stood when the statement ran: ("shop", "marts", "public").
    default_path: tuple[str, ...] = ()
    outcome: Outcome = Outcome.UNKNOWN
    rows: int | None = None
    bytes: int | None = None
    cost: float | None = None
    #: What ran it in its own words: dbt node, Airflow task, BI query.
    via: str | None = None
    #: Values bound by the extended protocol, never stored.
    error: str | None = None


class Action(StrEnum):
    """What a statement does to one asset."""

    CREATE = "create"
    REPLACE = "replace"
    APPEND = "append"
    OVERWRITE = "overwrite"
    DELETE = "delete"
    UPDATE = "update"
    MERGE = "merge"
    TRUNCATE = "truncate"
    DROP = "drop"
    UNDROP = "undrop"
    RENAME = "rename"
    SWAP = "swap"
    SET_SCHEMA = "set schema"
    ADD_COLUMN = "add column"
    DROP_COLUMN = "drop column"
    RENAME_COLUMN = "rename column"
    RETYPE_COLUMN = "retype column"
    DROP_PARTITION = "drop partition"
    ALTER = "alter"
    REFRESH = "refresh"
    CLONE = "clone"
    LOAD = "load"
    EXPORT = "export"
    GRANT = "grant"
    REVOKE = "revoke"
    CALL = "call"
    #: Its rows stand as they stood earlier: RESTORE, a rollback to a snapshot.
    RESTORE = "restore"
    #: It, or rows of it, will vanish by itself: a TTL, an expiration.
    EXPIRE = "expire"
    #: Its history is cut: what it loses cannot be brought back any more (a retention of 0, VACUUM RETAIN 0 HOURS).
    FORGET = "forget"
    #: A policy hides rows or values from those who read it.
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column before and after. A None `new_type` with no `renamed_to` on a DROP_COLUMN means that it is gone."""

    name: str
    old_type: str | None = None
    new_type: str | None = None
    renamed_to: str | None = None


class Certainty(StrEnum):
    """Whether the effect happened if the statement was done."""

    CERTAIN = "certain"
    #: In a branch or loop that may not have run.
    POSSIBLE = "possible"
    #: The text was not understood, but looks as if it did this.
    SUSPECTED = "suspected"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one statement does to one asset."""

    action: Action
    target: AssetKey
    #: What the statement calls the target: TABLE for DROP TABLE, VIEW, SCHEMA, DATABASE ...
    kind: AssetKind = AssetKind.TABLE
    #: CREATE and REPLACE: in `produces`. Alters: the columns they touch. REPLACE: columns that it loses or retypes.
    columns: tuple[ColumnChange, ...] = ()
    #: The columns of the asset after a CREATE, REPLACE or CLONE, where they could be told; () where not.
    #: In a log's DROP, RENAME and SWAP: those that it had before.
    produces: tuple[Column, ...] = ()
    #: True where no predicate limits it (no WHERE, WHERE TRUE, 1 = 1).
    every_row: bool = False
    partition: str | None = None
    cascade: bool = False
    if_exists: bool = False
    temporary: bool = False
    #: Past the system's own undrop and time travel: DROP ... PURGE.
    for_good: bool = False
    renamed_to: AssetKey | None = None
    certainty: Certainty = Certainty.CERTAIN
    #: CREATE and REPLACE of a table: no row stands in it afterwards. APPEND and OVERWRITE: no row comes in.
    empty: bool = False
    #: REPLACE and OVERWRITE: the rows that it ends with are cut out of more (LIMIT, a sample, a WHERE over itself).
    partial: bool = False
    #: REVOKE: the roles and accounts that lose something.
    grantees: tuple[str, ...] = ()
    #: Which statement of a text with several, from 0.
    position: int = 0


#: Stands for the columns of a `SELECT *` where nobody knows which they are: whichever goes, this reader misses it.
ANY_COLUMN = "*"


@dataclass(frozen=True, slots=True)
class Read:
    """A column (or, with `column` None, the asset as a whole) that a statement reads; ANY_COLUMN for an open star."""

    asset: AssetKey
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not understood, said for a person. Never an exception: the rest is kept."""

    message: str
    #: 1-based place in the text, where known.
    line: int | None = None
    column: int | None = None
    looks_destructive: bool = False
    #: The assets it may concern, as far as the text lets one guess.
    touches: tuple[AssetKey, ...] = ()


class EdgeKind(StrEnum):
    #: Data goes from source to target: answers "what feeds this".
    FLOW = "flow"
    #: The target's rows depend on the source column (filtered, joined, grouped): with flow answers "what breaks".
    REFERENCE = "reference"


class How(StrEnum):
    COPIED = "copied"
    COMPUTED = "computed"
    AGGREGATED = "aggregated"
    FILTERED = "filtered"
    JOINED = "joined"
    GROUPED = "grouped"
    ORDERED = "ordered"


class Layer(StrEnum):
    """Who says so: one graph, seen through several."""

    #: Inferred by our own reading of the query log.
    QUERY = "query"
    #: A view's definition, a dependency that the catalog keeps.
    CATALOG = "catalog"
    #: People: a file of theirs, or an edge drawn by hand.
    DECLARED = "declared"
    #: Lineage that the warehouse keeps of what ran (ACCESS_HISTORY, system.access).
    NATIVE = "native"
    #: dbt's manifest.
    DBT = "dbt"
    #: What an orchestrator says that a run read and wrote (Airflow, OpenLineage).
    ORCHESTRATION = "orchestration"
    #: What a dashboard, or the model beneath it, says that it reads.
    BI = "bi"

    @property
    def is_listed(self) -> bool:
        """True where a whole list of the system holds every such edge: what it no longer lists has ended.

        The others were seen when something ran: they do not end by being left out, they age.
        """
        return self in (Layer.CATALOG, Layer.DECLARED, Layer.DBT, Layer.BI)


class Binding(StrEnum):
    #: The consumer holds the object itself and follows it through renames (bound views in Postgres and Redshift).
    BY_OBJECT = "by object"
    BY_NAME = "by name"


@dataclass(frozen=True, slots=True)
class Edge:
    """Source feeds, or is referred to by, target.

    Asset to asset: both columns None. Column to column flow: both set. Column reference: `source_column` set,
    `target_column` None, one row each, so a statement yields at most inputs + outputs x sources.
    """

    source: AssetKey
    target: AssetKey
    kind: EdgeKind = EdgeKind.FLOW
    source_column: str | None = None
    target_column: str | None = None
    how: How | None = None
    layer: Layer = Layer.QUERY
    binding: Binding = Binding.BY_NAME
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    #: When evidence ended it (view dropped, job's text changed); None while it stands.
    ended_at: datetime | None = None
    #: Fingerprint of the statement, "catalog", or the declared file's name.
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class EdgeEvent:
    """Append-only: an edge appeared or ended."""

    edge: Edge
    appeared: bool
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """How often one login read and wrote one asset (or column) on one UTC day."""

    asset: AssetKey
    column: str | None
    login: str
    day: date
    reads: int
    writes: int
    by_machine: bool
    #: Statements that the system's counters count as reads though they read for nobody: updates, deletes, creations.
    scanning: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Someone or something that acts: one person with many logins, or a machine account."""

    #: Stable id: the e-mail where there is one, else "system:login".
    id: str
    name: str
    email: str | None = None
    machine: bool = False
    #: (system, login) pairs.
    logins: tuple[tuple[str, str], ...] = ()


class OwnerKind(StrEnum):
    PERSON = "person"
    CHANNEL = "channel"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for an asset. `id` is an e-mail or Slack id for a person, "#name" or Slack id for a channel."""

    kind: OwnerKind
    id: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a system says of an asset beyond its edges: ("tests", "3 pass"), ("column amount", "in cents")."""

    said_by: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Relation:
    """What the catalog knows under one name: enough to expand stars and to see through views."""

    key: AssetKey
    kind: AssetKind
    columns: tuple[Column, ...]
    #: The text of a view, where it is one and the text is known.
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class TemporaryRelation:
    """A temp table that lives in a session: it vanishes into its sources.

    `sources` maps each output column to the (asset, column, how) that feed it; `references` are the columns its rows
    depend on.
    """

    name: str
    columns: tuple[Column, ...]
    sources: tuple[tuple[str, tuple[tuple[AssetKey, str | None, How], ...]], ...] = ()
    references: tuple[Read, ...] = ()
    #: Assets read as a whole.
    inputs: tuple[AssetKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """What decides how a name resolves: default database, search path, the user's own schema, temp tables."""

    system: str
    #: Database (or catalog); None where the system has one level fewer.
    database: str | None = None
    #: Schemas in the order they are searched; "$user" already replaced.
    search_path: tuple[str, ...] = ()
    login: str | None = None
    temporaries: tuple[TemporaryRelation, ...] = ()
    #: What RESET search_path goes back to: the default of the role or the database; () where that is not known.
    default_search_path: tuple[str, ...] = ()
    #: What was prepared to be executed later: names in small letters, and the statements.
    prepared: tuple[tuple[str, str], ...] = ()
    #: What SET spark.sql.sources.partitionOverwriteMode said, in small letters; "" where nothing in sight did.
    overwrite_mode: str = ""

    def with_temporaries(self, temporaries: tuple[TemporaryRelation, ...]) -> Session:
        return replace(self, temporaries=temporaries)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text means: all that the rest of the house ever learns of SQL."""

    effects: tuple[Effect, ...] = ()
    #: Every asset and column that is read, for use counts (flow and reference together).
    reads: tuple[Read, ...] = ()
    #: Assets read through a view's definition are not listed in `reads`; the view is.
    edges: tuple[Edge, ...] = ()
    #: Output columns of a SELECT at the top level, in order; () for other statements.
    outputs: tuple[Column, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: A literal decided something: cache by exact text only.
    literals_matter: bool = False
    #: How the session stands after the text ran (SET search_path, USE, CREATE TEMP).
    session_after: Session | None = None
    #: Statements in the text, and how many of them were understood.
    statements: int = 0
    understood: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Resolution: exactly one asset is meant."""

    asset: Asset


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Resolution: several assets may be meant, best first."""

    words: str
    candidates: tuple[Asset, ...]
    #: True where there were more than are listed.
    more: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Resolution: no such name; the nearest ones, best first."""

    words: str
    nearest: tuple[Asset, ...] = ()


Resolution = Found | Ambiguous | Unknown


#: Kinds of system that run no statements of their own: nobody misses a log of theirs.
LOGLESS = frozenset(
    {"declared", "dbt", "looker", "tableau", "mode", "superset", "metabase", "airflow", "dagster", "openlineage"}
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far one source has been read."""

    system: str
    kind: str
    #: All that began before it has been seen, by the source's own clock; None where nothing was read yet.
    watermark: datetime | None
    #: When the catalog was last read whole.
    inventory_at: datetime | None
    #: The last trouble, as a sentence with its remedy; None where all is well.
    trouble: str | None = None
    statements: int = 0
    not_understood: int = 0
    #: The first statement of its log that was read; None where none was.
    log_from: datetime | None = None
    #: What its assets read in other systems, and how much of that was not found there.
    references: int = 0
    unmatched: int = 0

    @property
    def complaint(self) -> str | None:
        """The trouble without the source's own name in front, for where that name stands already."""
        return self.trouble and self.trouble.removeprefix(f"{self.system}: ")

    @property
    def is_declared(self) -> bool:
        """A file that people wrote: it has no log, and nobody misses one."""
        return self.kind == "declared"

    @property
    def has_no_log(self) -> bool:
        """A system that is listed and runs nothing: its silence about statements means nothing."""
        return self.kind in LOGLESS

    @property
    def read_to(self) -> datetime | None:
        """What it says is complete up to here: its log's end; of one without a log, when it was last listed."""
        first, second = (self.inventory_at, self.watermark) if self.has_no_log else (self.watermark, self.inventory_at)
        return first or second

    @property
    def is_unlogged(self) -> bool:
        """Nobody's statements were read: no log is set, or none could be read yet."""
        return self.watermark is None and not self.has_no_log


@dataclass(frozen=True, slots=True)
class Coverage:
    """How fresh and how complete the graph behind an answer is. Travels with every answer."""

    sources: tuple[Freshness, ...] = ()
    #: Statements not understood that may touch the assets of this answer.
    not_understood_here: int = 0
    #: Kinds of system that are not connected at all and could hold consumers ("BI", "orchestrator").
    not_connected: tuple[str, ...] = ()
    #: Reads of other systems that were matched with nothing and name a table of the same name.
    unmatched_here: int = 0

    @property
    def as_of(self) -> datetime | None:
        """The oldest watermark: the answer is complete up to here. None where any source was never read."""
        marks = [s.read_to for s in self.sources]
        known = [m for m in marks if m is not None]
        return min(known) if known and len(known) == len(marks) else None


class Severity(StrEnum):
    """How loud. CRITICAL: people said so of what is hit (tier1), and it is used; HIGH: dashboards or many people;
    MEDIUM: some consumer; LOW: hardly used; INFO: no more than a line."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class AlertState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    #: The asset came back by itself.
    HEALED = "healed"

    @property
    def is_over(self) -> bool:
        return self in (AlertState.RESOLVED, AlertState.HEALED)


@dataclass(frozen=True, slots=True)
class Alert:
    """A fact about the warehouse that someone must know. Where it was said is an `AlertPost`."""

    #: Short and typeable; a button's command carries it.
    id: str
    #: Idempotency: the same fact has the same key however often it is found.
    key: str
    system: str
    asset: AssetKey
    #: drop_table, drop_view, drop_schema, drop_column, rename_relation, rename_column, replace_lossy, type_change,
    #: truncate, delete_all, update_all, uncertain ...
    kind: str
    severity: Severity
    #: One line: what happened, to what, by whom.
    headline: str
    #: The unchanging part of the message: `reply.to_json` of a Reply, as JSON text.
    message: str
    happened_at: datetime
    raised_at: datetime
    columns: tuple[str, ...] = ()
    statement_id: str | None = None
    fingerprint: str | None = None
    login: str | None = None
    state: AlertState = AlertState.OPEN
    #: Who did the last act on it, and when.
    acted_by: str | None = None
    acted_at: datetime | None = None
    snoozed_until: datetime | None = None
    #: How often the same thing happened while it was open.
    count: int = 1
    #: Rises with every change: a click made on an older drawing is answered, not obeyed.
    version: int = 1
    #: What really broke: "12 queries by 4 people, 1 dashboard"; None where nothing was seen to.
    aftermath: str | None = None


@dataclass(frozen=True, slots=True)
class AlertPost:
    """One place where an alert was said."""

    id: int
    alert_id: str
    workspace: str
    channel: str
    #: Slack's ts of the message; None while it is still to be sent.
    message: str | None = None
    #: The alert's version that the message shows.
    drawn_version: int = 0
    #: Why it is said there, as a clause.
    why: str | None = None


class NoiseKind(StrEnum):
    """What was called noise."""

    #: One text, whatever its literals.
    STATEMENT = "statement"
    #: All that one login does.
    ACCOUNT = "account"
    #: All that happens to one asset, or to what lies in it.
    ASSET = "asset"


@dataclass(frozen=True, slots=True)
class Noise:
    """What people want no later alerts about."""

    kind: NoiseKind
    by: str
    at: datetime
    #: STATEMENT: its fingerprint; ACCOUNT: the login.
    name: str = ""
    #: ASSET alone.
    asset: AssetKey | None = None
    #: STATEMENT: whose; None: whoever runs it.
    login: str | None = None
    #: "": in every system.
    system: str = ""
    #: Its number in the list; 0 while it is not kept.
    id: int = 0

    def __str__(self) -> str:
        match self.kind:
            case NoiseKind.ASSET:
                return f"what happens to {'.'.join(self.asset.path[-2:])}" if self.asset else "nothing"
            case NoiseKind.ACCOUNT:
                return f"what {self.name} does"
            case NoiseKind.STATEMENT:
                return f"the statement {self.name[:12]}" + (f" of {self.login}" if self.login else "")


class AnnouncementState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    #: Its time went by and the log showed nothing of it.
    MISSED = "missed"

    @property
    def is_over(self) -> bool:
        return self is not AnnouncementState.OPEN


@dataclass(frozen=True, slots=True)
class Objection:
    """Somebody would rather that it did not happen."""

    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Announcement:
    """A change that somebody says will happen. Where it was said is the store's business."""

    #: Short and typeable; a button's command carries it.
    id: str
    workspace: str
    #: Slack's user id, or the login at a terminal, and the name that others know.
    announcer: str
    name: str
    system: str
    why: str
    #: Its literals hidden.
    statement: str
    effects: tuple[Effect, ...]
    #: Views that its CASCADE takes along, as far as the graph knew them when it was announced.
    victims: tuple[AssetKey, ...]
    at: datetime
    announced_at: datetime
    #: The unchanging part of the message: `reply.to_json` of a Reply, as JSON text.
    message: str
    state: AnnouncementState = AnnouncementState.OPEN
    objections: tuple[Objection, ...] = ()
    #: One sentence about how it ended.
    outcome: str | None = None
    #: Rises with every change.
    version: int = 1


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a place wants no noise: from `start` to `end` each night (None: no nights), whole weekends besides.

    Times of day are minutes since midnight on the wall of the zone ("Europe/Berlin"); a night may pass midnight.
    """

    zone: str
    start: int | None = None
    end: int | None = None
    weekends: bool = False
    #: What is at least so loud is said all the same.
    but: Severity = Severity.CRITICAL

    def __str__(self) -> str:
        """As it is typed: "20:00-08:00 weekends Europe/Berlin except high"."""
        has_nights = self.start is not None and self.end is not None
        nights = f"{clock(self.start or 0)}-{clock(self.end or 0)}" if has_nights else ""
        but = f"except {self.but}" if self.but is not Severity.CRITICAL else ""
        return " ".join(filter(None, (nights, "weekends" if self.weekends else "", self.zone, but)))


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Digest:
    """One message a day, or a week on `weekday` (0: Monday), with all that is quieter than `below`."""

    zone: str
    at: int
    weekday: int | None = None
    below: Severity = Severity.HIGH
    #: A day on which nothing happened is told of, too. A weekly digest always says so.
    empty: bool = False

    def __str__(self) -> str:
        """As it is typed: "weekly monday 09:00 Europe/Berlin below medium"."""
        rhythm = "daily" if self.weekday is None else f"weekly {WEEKDAYS[self.weekday]}"
        below = f"below {self.below}" if self.below is not Severity.HIGH else ""
        return " ".join(filter(None, (rhythm, clock(self.at), self.zone, below, "always" if self.empty else "")))


@dataclass(frozen=True, slots=True)
class Listening:
    """How one place listens. The default hears all at once."""

    quiet: QuietHours | None = None
    digest: Digest | None = None
    #: Up to when digests were said, or since when there is one.
    digested_at: datetime | None = None


class Until(StrEnum):
    """What a held message waits for."""

    RESUMED = "resumed"
    MORNING = "morning"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Roundup:
    """What waited for a place, told there in one message."""

    id: int
    workspace: str
    channel: str
    kind: Until
    #: It tells of what came since then.
    since: datetime
    at: datetime
    #: The unchanging part at its foot: `reply.to_json` of a Reply, as JSON text.
    foot: str
    #: Slack's ts; None while it is still to be sent.
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """One alert of a roundup, as it stands now, and the dashboards that it hit."""

    alert: Alert
    why: str | None = None
    dashboards: tuple[str, ...] = ()


def clock(minutes: int) -> str:
    """Minutes since midnight as "08:00"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
