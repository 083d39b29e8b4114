import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import Misconfigured
from core.settings import Settings, _kept_secret

LONG = "a long key, with many different letters in it"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOUCHSTONE_SECRET_KEY")


def with_env(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"TOUCHSTONE_{name}", value)
    return Settings()


def test_the_embedded_default_makes_a_secret_and_keeps_it(tmp_path: Path) -> None:
    first = Settings().secret
    assert len(first) >= 32
    assert Settings().secret == first
    key = tmp_path / "data" / "secret.key"
    assert key.read_bytes() == first
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_two_processes_that_start_at_once_make_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(_kept_secret, [tmp_path / "new"] * 64))
    assert len(set(made)) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]


@pytest.mark.parametrize("setting", [{"DATABASE_URL": "postgresql://u@h/d"}, {"REDIS_URL": "redis://h:6379/0"}])
def test_several_machines_share_no_invented_secret(monkeypatch: pytest.MonkeyPatch, setting: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="TOUCHSTONE_SECRET_KEY is required"):
        _ = with_env(monkeypatch, **setting).secret
    assert with_env(monkeypatch, SECRET_KEY=LONG).secret == LONG.encode()


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="at least 32"):
        _ = with_env(monkeypatch, SECRET_KEY="x" * 31).secret


def test_an_emptied_key_file_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").touch()
    with pytest.raises(Misconfigured):
        _ = Settings().secret


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite:////srv/t.db", "sqlite+aiosqlite:////srv/t.db"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
    ],
)
def test_an_address_is_given_its_driver(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    assert with_env(monkeypatch, DATABASE_URL=given).database_url == used


def test_without_an_address_the_database_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert Settings().database_url == f"sqlite+aiosqlite:///{tmp_path}/data/touchstone.db"
    assert Settings().embedded


def test_a_file_beside_the_process_sets_what_the_environment_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("TOUCHSTONE_MIN_GROUP=9\nTOUCHSTONE_MIN_GROUP_COMMENTS=12\nOTHER=1\n")
    found = with_env(monkeypatch, MIN_GROUP="7")
    assert (found.min_group, found.min_group_comments) == (7, 12)


@pytest.mark.parametrize("wrong", [{"MIN_GROUP": "2"}, {"MIN_GROUP_COMMENTS": "0"}, {"TRUSTED_PROXIES": "-1"}])
def test_a_promise_cannot_be_set_away(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        with_env(monkeypatch, **wrong)


def test_an_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_env(monkeypatch, BASE_URL="https://voice.example/").base_url == "https://voice.example"
    assert Settings().secure_cookies
