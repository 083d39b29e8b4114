"""Surveys as files, at the terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from surveys.rules.files import as_json, as_toml, from_file
from tests.surveys.questions import survey
from web.cli import touchstone


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    made = CliRunner()
    assert made.invoke(touchstone, ["migrate"]).exit_code == 0
    return made


def test_a_survey_goes_in_and_comes_out_the_same(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(as_toml(survey()), encoding="utf-8")
    assert "mine is a draft" in run.invoke(touchstone, ["survey", "import", str(file)]).output
    assert from_file(run.invoke(touchstone, ["survey", "export", "mine"]).output) == survey()
    json = run.invoke(touchstone, ["survey", "export", "mine", "--format", "json"]).output
    assert json == as_json(survey())
    yaml = run.invoke(touchstone, ["survey", "export", "mine", "--format", "yaml"]).output
    assert from_file(yaml) == survey()
    published = run.invoke(touchstone, ["survey", "import", str(file), "--publish"])
    assert "published as version 1" in published.output


def test_what_cannot_be_published_is_a_draft_that_says_why(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(as_json(survey("faces", mode="anonymous")), encoding="utf-8")
    assert "before it can be published: slug" in run.invoke(touchstone, ["survey", "import", str(file)]).output
    refused = run.invoke(touchstone, ["survey", "import", str(file), "--publish"])
    assert refused.exit_code == 2
    assert "slug" in refused.output


def test_what_is_no_survey_and_what_is_not_there_are_told(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("key = 'mine'", encoding="utf-8")
    assert run.invoke(touchstone, ["survey", "import", str(file)]).exit_code == 2
    assert run.invoke(touchstone, ["survey", "export", "nobody"]).exit_code == 1
