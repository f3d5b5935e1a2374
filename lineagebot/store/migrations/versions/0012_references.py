"""What assets of one system read in another, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0012"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "reference",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("told", JSONB, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("missing", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.UniqueConstraint("system", "digest", name="reference_system_digest_key"),
    )
