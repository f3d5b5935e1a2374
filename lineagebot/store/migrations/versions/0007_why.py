"""Why an alert is said in a place, and when it was escalated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("alert_post", sa.Column("why", sa.Text(), nullable=True))
    op.add_column("alert", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
