"""the newest who were asked are found

Revision ID: b7e20c95d1f4
Revises: 5b9e04d7c613
"""

import sqlalchemy as sa
from alembic import op

revision = 'b7e20c95d1f4'
down_revision = '5b9e04d7c613'
branch_labels = None
depends_on = None

ASKED = {'sqlite_where': sa.text('asked IS 1'), 'postgresql_where': sa.text('asked IS TRUE')}


def upgrade() -> None:
    op.create_index('ix_invitation_newest', 'invitation', ['decided_at'], **ASKED)


def downgrade() -> None:
    op.drop_index('ix_invitation_newest', 'invitation')
