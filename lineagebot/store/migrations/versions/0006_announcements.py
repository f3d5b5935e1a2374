"""Changes that were announced, and where they were said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("announcer", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("effects", JSONB(), nullable=False),
        sa.Column("victims", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("objections", JSONB(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("announcement_pkey")),
    )
    op.create_index("announcement_at_idx", "announcement", ["at"])
    op.create_table(
        "announcement_post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("announcement_id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("announcement_post_announcement_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("announcement_post_pkey")),
        sa.UniqueConstraint(
            "announcement_id",
            "workspace",
            "channel",
            name=op.f("announcement_post_announcement_id_workspace_channel_key"),
        ),
    )
    op.add_column("outbox", sa.Column("notice_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("outbox_notice_id_fkey"), "outbox", "announcement_post", ["notice_id"], ["id"])
    op.create_index("outbox_notice_id_idx", "outbox", ["notice_id"])
