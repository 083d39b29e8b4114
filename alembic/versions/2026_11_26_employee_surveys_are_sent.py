"""employee surveys are sent

Revision ID: 8c41d7a0f36b
Revises: 5be07c1d92a4
"""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "8c41d7a0f36b"
down_revision = "5be07c1d92a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("employee_programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent", core.db.Json, server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("employee_programme", schema=None) as batch_op:
        batch_op.drop_column("sent")
