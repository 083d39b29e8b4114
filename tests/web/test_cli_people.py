"""Who may come in, arranged from the terminal."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.settings import settings
from web.cli import touchstone

PASSWORD = "correct horse battery staple\n"


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Path:
    path = tmp_path / "data" / "touchstone.db"
    path.parent.mkdir()
    shutil.copy(migrated_sqlite, path)
    settings.cache_clear()
    return path


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(touchstone, words, input=given)


def add_alice() -> Result:
    return run(
        "user", "add", "Alice@x.example", "--role", "manager", "--customer", "acme", "--password-stdin", given=PASSWORD
    )


def rows(database: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as db:
        return db.execute(statement).fetchall()


def test_somebody_is_added_once(database: Path) -> None:
    assert add_alice().exit_code == 0
    again = add_alice()
    assert (again.exit_code, "is a user already" in again.output) == (1, True)
    assert rows(database, "SELECT email, role, customers FROM auth_user") == [
        ("alice@x.example", "manager", '["acme"]')
    ]


def test_a_manager_without_customers_is_refused(database: Path) -> None:
    refused = run("user", "add", "bob@x.example", "--role", "manager", "--password-stdin", given=PASSWORD)
    assert refused.exit_code == 2
    assert "customer" in refused.output
    assert rows(database, "SELECT * FROM auth_user") == []


def test_a_short_password_is_refused(database: Path) -> None:
    refused = run("user", "add", "bob@x.example", "--role", "admin", "--password-stdin", given="short\n")
    assert refused.exit_code == 2
    assert "at least 12" in refused.output


def test_a_password_a_role_and_the_way_in_can_be_changed(database: Path) -> None:
    add_alice()
    before = rows(database, "SELECT password_hash FROM auth_user")
    assert run("user", "password", "alice@x.example", "--password-stdin", given="another long one\n").exit_code == 0
    assert rows(database, "SELECT password_hash FROM auth_user") != before
    assert run("user", "role", "alice@x.example", "--role", "manager", "--customer", "globex").exit_code == 0
    assert run("user", "disable", "ALICE@x.example").exit_code == 0
    assert rows(database, "SELECT customers, active FROM auth_user") == [('["globex"]', 0)]


@pytest.mark.parametrize(
    "words", [("user", "disable", "nobody@x.example"), ("user", "role", "nobody@x.example", "--role", "admin")]
)
def test_nobody_cannot_be_changed(database: Path, words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert (refused.exit_code, "There is no user" in refused.output) == (1, True)


def test_a_token_is_printed_once_and_kept_as_a_hash(database: Path) -> None:
    token = run("token", "add", "helpdesk", "--role", "integration").output.strip()
    assert len(token) >= 27
    ((kept,),) = rows(database, "SELECT token_hash FROM auth_token")
    assert token not in str(kept)
    assert run("token", "revoke", "helpdesk").exit_code == 0
    assert rows(database, "SELECT count(*) FROM auth_token WHERE revoked_at IS NULL") == [(0,)]
    assert run("token", "revoke", "nobody").exit_code == 1
