"""The first schema: the graph, what people said, the journal, alerts and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("asset_system", sa.Text(), nullable=False),
        sa.Column("asset_path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("acted_by", sa.Text(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("count", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_pkey")),
        sa.UniqueConstraint("key", name=op.f("alert_key_key")),
    )
    op.create_index(
        "alert_open_idx",
        "alert",
        ["system", "raised_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'acknowledged', 'snoozed')"),
    )
    op.create_index("alert_raised_at_idx", "alert", ["raised_at"], unique=False)
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("leftover", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lname", sa.Text(), nullable=False),
        sa.Column("suffixes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tokens", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("asset_pkey")),
        sa.UniqueConstraint("system", "path", name=op.f("asset_system_path_key")),
    )
    op.create_index("asset_kind_idx", "asset", ["kind"], unique=False)
    op.create_index("asset_lname_idx", "asset", ["lname"], unique=False, postgresql_ops={"lname": "text_pattern_ops"})
    op.create_index("asset_suffixes_idx", "asset", ["suffixes"], unique=False, postgresql_using="gin")
    op.create_index("asset_tokens_idx", "asset", ["tokens"], unique=False, postgresql_using="gin")
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_pkey")),
    )
    op.create_index("audit_at_idx", "audit", ["at"], unique=False)
    op.create_table(
        "journal",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", postgresql.JSONB(), nullable=False),
        sa.Column("effects", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("taught", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("by_machine", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("journal_pkey")),
    )
    op.create_index("journal_statement_idx", "journal", ["system", "statement_id"], unique=False)
    op.create_table(
        "leader",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("leader_pkey")),
    )
    op.create_table(
        "pause",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pause_pkey")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("machine", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pkey")),
    )
    op.create_table(
        "problem",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.Integer(), nullable=True),
        sa.Column("looks_destructive", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("touches", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("system", "fingerprint", "digest", name=op.f("problem_pkey")),
    )
    op.create_index("problem_touches_idx", "problem", ["touches"], unique=False, postgresql_using="gin")
    op.create_table(
        "seen_event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("seen_event_pkey")),
    )
    op.create_index("seen_event_at_idx", "seen_event", ["at"], unique=False)
    op.create_table(
        "slack_identity",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("slack_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "handle", name=op.f("slack_identity_pkey")),
    )
    op.create_table(
        "source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("watermark", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inventory_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_read_done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("source_pkey")),
    )
    op.create_table(
        "source_day",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("statements", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("not_understood", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("source_day_pkey")),
    )
    op.create_table(
        "statement",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("application", sa.Text(), nullable=True),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("transaction", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("by_machine", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("system", "id", "started_at", name=op.f("statement_pkey")),
        postgresql_partition_by="RANGE (started_at)",
    )
    op.create_index("statement_fingerprint_idx", "statement", ["fingerprint", "started_at"], unique=False)
    op.create_index("statement_started_at_idx", "statement", ["started_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "text",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("text_pkey")),
    )
    op.create_table(
        "watch_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("watch_state_pkey")),
    )
    op.create_table(
        "word", sa.Column("word", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("word", name=op.f("word_pkey"))
    )
    op.create_index("word_prefix_idx", "word", ["word"], unique=False, postgresql_ops={"word": "text_pattern_ops"})
    op.create_table(
        "alert_post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("drawn_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("alert_post_alert_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_post_pkey")),
        sa.UniqueConstraint("alert_id", "workspace", "channel", name=op.f("alert_post_alert_id_workspace_channel_key")),
    )
    op.create_table(
        "edge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_column", sa.Text(), server_default="", nullable=False),
        sa.Column("target_column", sa.Text(), server_default="", nullable=False),
        sa.Column("how", sa.Text(), server_default="", nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), server_default="", nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["asset.id"], name=op.f("edge_source_fkey")),
        sa.ForeignKeyConstraint(["target"], ["asset.id"], name=op.f("edge_target_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("edge_pkey")),
        sa.UniqueConstraint(
            "source", "target", "kind", "source_column", "target_column", "how", "layer", "said_by", name="edge_key"
        ),
    )
    op.create_index(
        "edge_back_idx",
        "edge",
        ["target"],
        unique=False,
        postgresql_include=["source"],
        postgresql_where=sa.text("ended_at IS NULL AND source_column = '' AND target_column = ''"),
    )
    op.create_index(
        "edge_forward_idx",
        "edge",
        ["source"],
        unique=False,
        postgresql_include=["target"],
        postgresql_where=sa.text("ended_at IS NULL AND source_column = '' AND target_column = ''"),
    )
    op.create_index(
        "edge_listed_idx",
        "edge",
        ["said_by", "layer"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND layer <> 'query'"),
    )
    op.create_index("edge_target_idx", "edge", ["target"], unique=False)
    op.create_table(
        "incarnation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=True),
        sa.Column("definition", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["asset"], ["asset.id"], name=op.f("incarnation_asset_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("incarnation_pkey")),
    )
    op.create_index("incarnation_asset_idx", "incarnation", ["asset", "created_at"], unique=False)
    op.create_index(
        "incarnation_standing_idx", "incarnation", ["asset"], unique=True, postgresql_where=sa.text("gone_at IS NULL")
    )
    op.create_table(
        "login",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("login_person_fkey")),
        sa.PrimaryKeyConstraint("system", "login", name=op.f("login_pkey")),
    )
    op.create_index("login_person_idx", "login", ["person"], unique=False)
    op.create_table(
        "owner",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.id"], name=op.f("owner_asset_fkey")),
        sa.PrimaryKeyConstraint("asset", "said_by", "kind", "id", name=op.f("owner_pkey")),
    )
    op.create_index("owner_said_by_idx", "owner", ["said_by"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("asset", sa.Integer(), nullable=True),
        sa.Column("pattern", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(asset IS NULL) <> (pattern IS NULL)", name="subscription_of_one_thing"),
        sa.ForeignKeyConstraint(["asset"], ["asset.id"], name=op.f("subscription_asset_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("subscription_pkey")),
    )
    op.create_index(
        "subscription_asset_idx",
        "subscription",
        ["asset", "workspace", "channel"],
        unique=True,
        postgresql_where=sa.text("asset IS NOT NULL"),
    )
    op.create_index(
        "subscription_pattern_idx",
        "subscription",
        ["pattern", "workspace", "channel"],
        unique=True,
        postgresql_where=sa.text("pattern IS NOT NULL"),
    )
    op.create_table(
        "tag",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.id"], name=op.f("tag_asset_fkey")),
        sa.PrimaryKeyConstraint("asset", "said_by", "tag", name=op.f("tag_pkey")),
    )
    op.create_index("tag_said_by_idx", "tag", ["said_by"], unique=False)
    op.create_table(
        "use",
        sa.Column("asset", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reads", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("writes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("by_machine", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["asset"], ["asset.id"], name=op.f("use_asset_fkey")),
        sa.PrimaryKeyConstraint("asset", "column", "system", "login", "day", name=op.f("use_pkey")),
    )
    op.create_table(
        "edge_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("edge", sa.BigInteger(), nullable=False),
        sa.Column("appeared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edge"], ["edge.id"], name=op.f("edge_event_edge_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("edge_event_pkey")),
    )
    op.create_index("edge_event_edge_idx", "edge_event", ["edge"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("alert_id", sa.Text(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("reply", postgresql.JSONB(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("maybe_sent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("outbox_alert_id_fkey")),
        sa.ForeignKeyConstraint(["post_id"], ["alert_post.id"], name=op.f("outbox_post_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("key", name=op.f("outbox_key_key")),
    )
    op.create_index("outbox_alert_id_idx", "outbox", ["alert_id"], unique=False)
    op.create_index("outbox_post_id_idx", "outbox", ["post_id"], unique=False)
    op.create_index(
        "outbox_unsent_idx",
        "outbox",
        ["workspace", "channel", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    # Catches what no month's partition holds, so that a statement with an absurd date is never refused.
    op.execute("CREATE TABLE statement_other PARTITION OF statement DEFAULT")
