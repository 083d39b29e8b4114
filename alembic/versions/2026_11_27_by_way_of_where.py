"""by way of where people came is counted

Revision ID: c7d0b45e91a2
Revises: e2a61c08d4b7
"""

from alembic import op

revision = 'c7d0b45e91a2'
down_revision = 'e2a61c08d4b7'
branch_labels = None
depends_on = None

NOBODY = "X'90'"  # an empty list, packed
NOBODY_POSTGRESQL = r"'\x90'::bytea"


def upgrade() -> None:
    """Sums of moments hold nothing of it yet: everybody is counted anew, some at a time, before the next look."""
    nothing = NOBODY_POSTGRESQL if op.get_bind().dialect.name == 'postgresql' else NOBODY
    for table in ('moment_cell', 'moment_week', 'moment_total'):
        op.execute(f'DELETE FROM {table}')
    op.execute(f'UPDATE moment_chain SET stale = true, parameters = 0, answers = 0, visits = {nothing}')


def downgrade() -> None:
    op.execute("DELETE FROM moment_cell WHERE dimension = 'after'")
