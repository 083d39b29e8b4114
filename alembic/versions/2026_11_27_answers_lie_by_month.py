"""answers lie by month

On PostgreSQL: what was there becomes the partition of all that was before, as it lies on the disk; nothing is copied but
what tells no time. It reads these tables once, and locks them meanwhile.

Revision ID: 8e27d0a4c6b1
Revises: 9d41c2ab6e07
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '8e27d0a4c6b1'
down_revision = '9d41c2ab6e07'
branch_labels = None
depends_on = None

TABLES = ('response', 'experience', 'mention')
POINTING = (
    ('response_origin', 'response_id', 'response'),
    ('mention', 'experience_id', 'experience'),
    ('correction', 'experience_id', 'experience'),
)
# Held by the database within a partition; over all months by spending the invitation, and by an id made of the voice's.
UNIQUE = {
    'response': ('uq_response_invitation_id', ['invitation_id']),
    'experience': ('uq_experience_voice_kind_voice_id', ['voice_kind', 'voice_id']),
}
WORDS = {'response': ('answers', 'comment'), 'experience': ('comment',)}
TIMELESS = datetime(2100, 1, 1, tzinfo=UTC)


def first_id(at: datetime) -> str:
    return f'{int(at.timestamp() * 1000):012x}' + '0' * 20


def month_after(at: datetime) -> datetime:
    return datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        return
    for table, column, _ in POINTING:
        op.drop_constraint(f'fk_{table}_{column}', table, type_='foreignkey')
    for table in TABLES:
        over(connection, table)
    point()


def over(connection: sa.Connection, table: str) -> None:
    indexes, foreign = described(connection, table)
    move_aside(connection, table, f'{table}_before', indexes)
    if table in UNIQUE:
        name, columns = UNIQUE[table]
        op.execute(f'ALTER TABLE {table}_before RENAME CONSTRAINT {name} TO {name}_before')
    op.execute(f'CREATE TABLE {table} (LIKE {table}_before INCLUDING DEFAULTS) PARTITION BY RANGE (id)')
    made(table, indexes, foreign)
    now = datetime.now(UTC)
    filled = connection.execute(sa.text(f'SELECT EXISTS (SELECT FROM {table}_before)')).scalar()  # noqa: S608
    ends = first_id(month_after(now) if filled else datetime(now.year, now.month, 1, tzinfo=UTC))
    if table == 'response':
        op.execute(f"CREATE TABLE response_timeless PARTITION OF response FOR VALUES FROM ('{first_id(TIMELESS)}') TO (MAXVALUE)")
    op.execute(f'CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT')
    for part in ('rest', 'timeless') if table == 'response' else ('rest',):
        if table in UNIQUE:
            name, columns = UNIQUE[table]
            op.execute(f'CREATE UNIQUE INDEX {name}_{part} ON {table}_{part} ({", ".join(columns)})')
    beyond = f"DELETE FROM {table}_before WHERE id >= '{ends}' RETURNING *"  # noqa: S608
    op.execute(f'WITH beyond AS ({beyond}) INSERT INTO {table} SELECT * FROM beyond')  # noqa: S608
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_before FOR VALUES FROM (MINVALUE) TO ('{ends}')")
    no_samples(table)


def no_samples(table: str) -> None:
    """Of words, in the table and all its partitions."""
    for column in WORDS.get(table, ()):
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0')


def described(connection: sa.Connection, table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Its indexes and foreign keys by name, as the database would make them again; keys apart."""
    indexes = sa.text("""
        SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = to_regclass(:name) AND NOT i.indisunique ORDER BY c.relname""")
    foreign = sa.text("""
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = to_regclass(:name) AND contype = 'f' AND conparentid = 0 ORDER BY conname""")
    found = [{name: how for name, how in connection.execute(one, {'name': table}).all()} for one in (indexes, foreign)]
    return found[0], found[1]


def move_aside(connection: sa.Connection, table: str, to: str, indexes: dict[str, str]) -> None:
    op.execute(f'ALTER TABLE {table} RENAME TO {to}')
    op.execute(f'ALTER TABLE {to} RENAME CONSTRAINT pk_{table} TO pk_{to}')
    for name in indexes:
        op.execute(f'ALTER INDEX {name} RENAME TO {name}_{to.rpartition("_")[2]}')


def made(table: str, indexes: dict[str, str], foreign: dict[str, str]) -> None:
    op.execute(f'ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY (id)')
    for how in indexes.values():
        op.execute(how.replace(' ON ONLY ', ' ON '))
    for name, how in foreign.items():
        op.execute(f'ALTER TABLE {table} ADD CONSTRAINT {name} {how}')


def point() -> None:
    for table, column, to in POINTING:
        op.create_foreign_key(f'fk_{table}_{column}', table, to, [column], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        return
    for table, column, _ in POINTING:
        op.drop_constraint(f'fk_{table}_{column}', table, type_='foreignkey')
    for table in TABLES:
        indexes, foreign = described(connection, table)
        move_aside(connection, table, f'{table}_parts', indexes)
        op.execute(f'CREATE TABLE {table} (LIKE {table}_parts INCLUDING DEFAULTS)')
        op.execute(f'INSERT INTO {table} SELECT * FROM {table}_parts')  # noqa: S608
        made(table, indexes, foreign)
        op.execute(f'DROP TABLE {table}_parts')
        no_samples(table)
    for table, (name, columns) in UNIQUE.items():
        op.create_unique_constraint(name, table, columns)
    point()
