"""What is done with feedback at a terminal."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from web.cli import touchstone

LINES = '{"source": "forum", "external_id": 3, "text": "ok"}\n'


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(touchstone, [str(argument) for argument in arguments])


def test_a_file_is_tried_without_storing_anything(tmp_path: Path) -> None:
    assert run("init").exit_code == 0
    file = tmp_path / "said.ndjson"
    file.write_text(LINES)
    for more, told in (
        (["--dry-run"], "nothing was stored; it would be new: 1"),
        ([], "new: 1, known already: 0"),
        (["--dry-run"], "new: 0, known already: 1"),
    ):
        done = run("import", "feedback", file, *more)
        assert (done.exit_code, told in done.output) == (0, True), done.output
    file.write_text(LINES + "not json")
    wrong = run("import", "feedback", file, "--dry-run")
    assert wrong.exit_code != 0
    assert "said.ndjson" in wrong.output


def test_a_mailbox_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("init").exit_code == 0
    unset = run("feedback", "mailbox")
    assert unset.exit_code == 1
    assert "TOUCHSTONE_IMAP_URL is not set" in unset.output
