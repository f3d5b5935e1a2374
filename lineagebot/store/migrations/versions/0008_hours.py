"""When a place hears, what waits for it, and the messages that tell of it all at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0008"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "listening",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("dm", sa.Text(), nullable=True),
        sa.Column("quiet", JSONB(), nullable=True),
        sa.Column("digest", JSONB(), nullable=True),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "channel", name=op.f("listening_pkey")),
    )
    op.create_table(
        "roundup",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("foot", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("roundup_pkey")),
    )
    op.create_table(
        "held",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=True),
        sa.Column("announcement_id", sa.Text(), nullable=True),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("dashboards", ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("roundup_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("held_alert_id_fkey")),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=op.f("held_announcement_id_fkey")),
        sa.ForeignKeyConstraint(["roundup_id"], ["roundup.id"], name=op.f("held_roundup_id_fkey")),
        sa.CheckConstraint("(alert_id IS NULL) <> (announcement_id IS NULL)", name="held_of_one_thing"),
        sa.PrimaryKeyConstraint("id", name=op.f("held_pkey")),
    )
    op.create_index(
        "held_waiting_idx",
        "held",
        ["workspace", "channel", sa.text("coalesce(alert_id, announcement_id)")],
        unique=True,
        postgresql_where=sa.text("roundup_id IS NULL"),
    )
    op.create_index("held_alert_id_idx", "held", ["alert_id"])
    op.create_index("held_roundup_id_idx", "held", ["roundup_id"])
    op.add_column("outbox", sa.Column("roundup_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("outbox_roundup_id_fkey"), "outbox", "roundup", ["roundup_id"], ["id"])
    op.create_index("outbox_roundup_id_idx", "outbox", ["roundup_id"])
    # What a pause held back was in the watcher's memory until now.
    op.execute(
        """
        INSERT INTO held (workspace, channel, alert_id, until, dashboards, at)
        SELECT DISTINCT place ->> 'workspace', place ->> 'channel', alert.id, 'resumed', ARRAY[]::text[],
            alert.raised_at
        FROM watch_state w
        CROSS JOIN LATERAL jsonb_path_query(nullif(w.state, '')::jsonb, '$.held[*]') AS one
        JOIN alert ON alert.id = one ->> 'alert'
        CROSS JOIN LATERAL jsonb_path_query(one, '$.places[*]') AS place
        """
    )
