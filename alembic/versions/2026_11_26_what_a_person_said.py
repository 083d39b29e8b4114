"""what a person said is found by an index

Revision ID: 4c1f0a7be2d9
Revises: 6dee21dba96a
"""

from alembic import op

revision = '4c1f0a7be2d9'
down_revision = '6dee21dba96a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_experience_person', 'experience', ['person_id'])
    op.create_index('ix_experience_voice', 'experience', ['voice_id'])


def downgrade() -> None:
    op.drop_index('ix_experience_voice', 'experience')
    op.drop_index('ix_experience_person', 'experience')
