"""What systems tell of assets beyond their edges, and which statements another system says it ran."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("asset", sa.Integer(), sa.ForeignKey("asset.id", name=op.f("fact_asset_fkey")), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("told", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asset", "said_by", name=op.f("fact_pkey")),
    )
    op.create_index("fact_said_by_idx", "fact", ["said_by"])
    op.create_table(
        "awaited",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("system", "id", name=op.f("awaited_pkey")),
    )
    op.create_index("awaited_at_idx", "awaited", ["at"])
