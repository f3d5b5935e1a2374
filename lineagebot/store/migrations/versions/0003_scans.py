"""What the system's own counters tell of reads, and since when its log does: where the two differ, somebody hides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("asset", sa.Column("scans", sa.BigInteger(), nullable=True))
    op.add_column("asset", sa.Column("last_scanned", sa.DateTime(timezone=True), nullable=True))
    op.add_column("asset", sa.Column("scanned_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("source", sa.Column("log_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("use", sa.Column("scanning", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE source s SET log_from = (SELECT min(started_at) FROM statement WHERE system = s.name)")
