"""What a statement that failed would have read, and what really broke of an alert."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("journal", sa.Column("reads", JSONB(), nullable=False, server_default="[]"))
    op.add_column("alert", sa.Column("aftermath", sa.Text(), nullable=True))
