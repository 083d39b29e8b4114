"""no samples of words

PostgreSQL's planner keeps samples of columns, values and all, in a table of its own, and a deleted row does not take its
sample along. Words, names, sealed texts and hashes of receipts are never compared by size, so nothing is lost without.

Revision ID: c41f7e2ad905
Revises: 7d20c5a91b3e
"""

from alembic import op

revision = 'c41f7e2ad905'
down_revision = '7d20c5a91b3e'
branch_labels = None
depends_on = None

COLUMNS = {
    'feedback': {'text': 'varchar', 'author_name': 'varchar', 'author_email': 'varchar', 'sealed_author': 'bytea'},
    'feedback_waiting': {'sealed': 'bytea', 'sameness': 'varchar'},
    'feedback_waiting_mark': {'mark': 'varchar', 'sealed': 'bytea'},
    'feedback_matter': {'sameness': 'varchar'},
    'feedback_message': {'sealed': 'bytea'},
    'feedback_receipt': {'hash': 'varchar'},
    'feedback_glass': {'reason': 'varchar'},
    'experience': {'comment': 'varchar'},
    'response': {'answers': 'jsonb', 'comment': 'varchar'},
    'response_origin': {'attributes': 'jsonb'},
    'person': {'email': 'varchar', 'name': 'varchar'},
    'ticket': {'summary': 'varchar', 'attributes': 'jsonb'},
    'hook_call': {'body': 'bytea'},
}


def upgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table, columns in COLUMNS.items():
        for column, kind in columns.items():
            # The same type once more: nothing is written anew, and the samples that are there go.
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}')
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0')


def downgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1')
