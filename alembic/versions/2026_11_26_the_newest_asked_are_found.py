"""the newest who were asked are found

Revision ID: b7e20c95d1f4
Revises: 5b9e04d7c613
"""

from alembic import op

revision = 'b7e20c95d1f4'
down_revision = '5b9e04d7c613'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_invitation_newest', 'invitation', ['asked', 'decided_at'])


def downgrade() -> None:
    op.drop_index('ix_invitation_newest', 'invitation')
