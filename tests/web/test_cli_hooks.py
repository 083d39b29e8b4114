"""`touchstone hook`: from a system's webhook settings to its first ticket."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from web.cli import touchstone

PAYLOAD = {"ticket": {"id": 1, "number": "7", "state": "open", "updated_at": "2025-03-03T08:12:00Z"}}


def run(*arguments: Any, given: str = "") -> Result:
    return CliRunner().invoke(touchstone, ["hook", *map(str, arguments)], input=given)


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    path = tmp_path / "payload.json"
    path.write_text(json.dumps(PAYLOAD))
    return path


def test_a_hook_is_opened_listed_and_closed() -> None:
    opened = run("add", "zammad", "desk")
    assert opened.exit_code == 0
    assert "/hooks/zammad/desk" in opened.output
    assert "Secret, shown this once: " in opened.output
    assert run("add", "zammad", "desk").exit_code == 1
    assert "zammad/desk: no calls" in run("list").output
    assert json.loads(run("list", "--json").output)[0]["key"] == "desk"
    assert run("remove", "zammad", "desk").exit_code == 0
    assert run("remove", "zammad", "desk").exit_code == 1


def test_a_secret_of_the_systems_own_is_taken_and_not_printed() -> None:
    opened = run("add", "zendesk", "desk", "--secret-stdin", given="their own secret\n")
    assert opened.exit_code == 0
    assert "ecret" not in opened.output


def test_a_payload_is_tried_without_a_database(payload: Path) -> None:
    tried = run("try", "zammad", payload)
    assert tried.exit_code == 0
    assert {json.loads(line)["ticket"] for line in tried.output.splitlines()} == {"7"}


def test_a_payload_that_cannot_be_read_says_where(payload: Path) -> None:
    payload.write_text(json.dumps({"ticket": PAYLOAD["ticket"] | {"state": "lost"}}))
    tried = run("try", "zammad", payload)
    assert tried.exit_code == 2
    assert "state: what" in tried.output
    payload.write_text("[]")
    assert run("try", "zammad", payload).exit_code == 2


def test_an_unknown_payload_is_said_to_be_unknown(payload: Path) -> None:
    payload.write_text("{}")
    assert "Nothing in it that the mapping knows" in run("try", "jira", payload).output


def test_a_mapping_is_taken_out_changed_and_put_back(tmp_path: Path, payload: Path) -> None:
    run("add", "zammad", "desk")
    changed = tmp_path / "map.toml"
    changed.write_text(run("mapping", "zammad", "desk").output.replace('"open" = "active"', '"open" = "queue"'))
    assert "hook replay zammad desk" in run("mapping", "zammad", "desk", "--set", changed).output
    assert '"open" = "queue"' in run("mapping", "zammad", "desk").output
    assert "0 payloads" in run("replay", "zammad", "desk").output


def test_a_custom_hook_needs_a_mapping() -> None:
    refused = run("add", "custom", "tower")
    assert refused.exit_code == 2
    assert "--mapping" in refused.output
