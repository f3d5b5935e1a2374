"""Subscriptions to all that is upstream of an asset, and from which severity on a subscription is heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("subscription", sa.Column("upstream", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("subscription", sa.Column("floor", sa.Text(), nullable=True))
    op.drop_index("subscription_asset_idx", table_name="subscription")
    op.create_index(
        "subscription_asset_idx",
        "subscription",
        ["asset", "workspace", "channel", "upstream"],
        unique=True,
        postgresql_where=sa.text("asset IS NOT NULL"),
    )
