"""the newest are found

Those who may be contacted, and tickets worth reading, are found newest first, however many others there are.

Revision ID: e2a61c08d4b7
Revises: b7e20c95d1f4
"""

import sqlalchemy as sa
from alembic import op

revision = 'e2a61c08d4b7'
down_revision = 'b7e20c95d1f4'
branch_labels = None
depends_on = None

AGREED = {'sqlite_where': sa.text('may_contact IS 1'), 'postgresql_where': sa.text('may_contact IS TRUE')}
OVER, OPEN = sa.text('resolved_at IS NOT NULL'), sa.text('resolved_at IS NULL')


def upgrade() -> None:
    op.create_index('ix_response_agreed', 'response', ['received_at', 'id'], **AGREED)
    op.create_index('ix_response_version_newest', 'response', ['version_id', 'received_at', 'id'])
    op.drop_index('ix_response_version_id', 'response')
    op.create_index('ix_ticket_over', 'ticket', ['resolved_at'], sqlite_where=OVER, postgresql_where=OVER)
    op.create_index('ix_ticket_open', 'ticket', ['opened_at'], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index('ix_ticket_open', 'ticket')
    op.drop_index('ix_ticket_over', 'ticket')
    op.create_index('ix_response_version_id', 'response', ['version_id'])
    op.drop_index('ix_response_version_newest', 'response')
    op.drop_index('ix_response_agreed', 'response')
