"""comments are listed in order

Lists of comments are read through indexes in the order in which they are shown, however many there are.

Revision ID: 5b9e04d7c613
Revises: 8c41d7a0f36b
"""

import sqlalchemy as sa
from alembic import op

revision = '5b9e04d7c613'
down_revision = '8c41d7a0f36b'
branch_labels = None
depends_on = None

SHOWN = sa.text("comment <> '' AND released > 0")
INDEXES = {
    'ix_experience_words': ['month', 'sentiment_confidence', 'id'],
    'ix_experience_words_of': ['customer', 'month', 'sentiment_confidence', 'id'],
    'ix_experience_words_about': ['touchpoint', 'day', 'id'],
}
MONTH = {
    'sqlite': "CAST(substr(day, 1, 4) AS INTEGER) * 12 + CAST(substr(day, 6, 2) AS INTEGER) - 1",
    'postgresql': 'extract(year FROM day)::int * 12 + extract(month FROM day)::int - 1',
}


def upgrade() -> None:
    op.add_column('experience', sa.Column('month', sa.Integer(), nullable=True))
    op.execute(f'UPDATE experience SET month = {MONTH[op.get_bind().dialect.name]}')
    with op.batch_alter_table('experience') as batch:
        batch.alter_column('month', existing_type=sa.Integer(), nullable=False)
        batch.drop_index('ix_experience_recount')
        batch.create_index('ix_experience_recount', ['day', 'id', 'customer'])
    for name, columns in INDEXES.items():
        op.create_index(name, 'experience', columns, sqlite_where=SHOWN, postgresql_where=SHOWN)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, 'experience')
    with op.batch_alter_table('experience') as batch:
        batch.drop_index('ix_experience_recount')
        batch.create_index('ix_experience_recount', ['day', 'id'])
        batch.drop_column('month')
