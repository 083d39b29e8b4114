"""the newest are found

Those who may be contacted, tickets worth reading, and what is still to be counted, are found however many others there are.

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
UNCOUNTED = {'sqlite_where': sa.text('counted IS 0'), 'postgresql_where': sa.text('counted IS FALSE')}


def upgrade() -> None:
    for table in ('ticket', 'invitation'):
        op.create_index(f'ix_{table}_uncounted', table, ['id'], **UNCOUNTED)
        op.drop_index(f'ix_{table}_counted', table)
    op.create_index('ix_response_agreed', 'response', ['received_at', 'id'], **AGREED)
    op.create_index('ix_response_version_newest', 'response', ['version_id', 'received_at', 'id'])
    op.drop_index('ix_response_version_id', 'response')
    op.create_index('ix_ticket_over', 'ticket', ['resolved_at'], sqlite_where=OVER, postgresql_where=OVER)
    op.create_index('ix_ticket_open', 'ticket', ['opened_at'], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    for table in ('ticket', 'invitation'):
        op.create_index(f'ix_{table}_counted', table, ['counted', 'id'])
        op.drop_index(f'ix_{table}_uncounted', table)
    op.drop_index('ix_ticket_open', 'ticket')
    op.drop_index('ix_ticket_over', 'ticket')
    op.create_index('ix_response_version_id', 'response', ['version_id'])
    op.drop_index('ix_response_version_newest', 'response')
    op.drop_index('ix_response_agreed', 'response')
